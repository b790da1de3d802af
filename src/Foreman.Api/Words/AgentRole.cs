using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What an Agent is for.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<AgentRole>))]
public readonly record struct AgentRole(string Value) : IOpenEnumeration<AgentRole>
{
    /// <summary>Writes.</summary>
    public static AgentRole Coder { get; } = new("coder");

    /// <summary>Runs gates.</summary>
    public static AgentRole Verifier { get; } = new("verifier");

    /// <summary>Reviews.</summary>
    public static AgentRole Reviewer { get; } = new("reviewer");

    /// <summary>Plans.</summary>
    public static AgentRole Planner { get; } = new("planner");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AgentRole> Known { get; } = [Coder, Verifier, Reviewer, Planner];

    /// <inheritdoc/>
    public static AgentRole FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
