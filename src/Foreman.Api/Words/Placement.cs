using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where the agent loop runs.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<Placement>))]
public readonly record struct Placement(string Value) : IOpenEnumeration<Placement>
{
    /// <summary>Decided with the assignment.</summary>
    public static Placement Auto { get; } = new("Auto");

    /// <summary>In the agent on the host.</summary>
    public static Placement Node { get; } = new("Node");

    /// <summary>In the operator, against the host's model server.</summary>
    public static Placement Operator { get; } = new("Operator");

    /// <summary>In a Kubernetes Job.</summary>
    public static Placement Job { get; } = new("Job");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Placement> Known { get; } = [Auto, Node, Operator, Job];

    /// <inheritdoc/>
    public static Placement FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
