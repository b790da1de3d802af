using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The program that registered a host.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<NodeAgentKind>))]
public readonly record struct NodeAgentKind(string Value) : IOpenEnumeration<NodeAgentKind>
{
    /// <summary>This project's agent.</summary>
    public static NodeAgentKind ForemanAgent { get; } = new("foreman-agent");

    /// <summary>Accepted, never written.</summary>
    public static NodeAgentKind MetalAgent { get; } = new("metal-agent");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<NodeAgentKind> Known { get; } = [ForemanAgent, MetalAgent];

    /// <inheritdoc/>
    public static NodeAgentKind FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
