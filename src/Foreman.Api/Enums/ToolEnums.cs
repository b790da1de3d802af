using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What became of a ToolRequest.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ToolDecision>))]
public readonly record struct ToolDecision(string Value) : IOpenEnumeration<ToolDecision>
{
    /// <summary>The call may be made.</summary>
    public static ToolDecision Approved { get; } = new("Approved");

    /// <summary>The call may not be made.</summary>
    public static ToolDecision Denied { get; } = new("Denied");

    /// <summary>The call was made.</summary>
    public static ToolDecision Done { get; } = new("Done");

    /// <summary>The call was made and failed.</summary>
    public static ToolDecision Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ToolDecision> Known { get; } = [Approved, Denied, Done, Failed];

    /// <inheritdoc/>
    public static ToolDecision FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
