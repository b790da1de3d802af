using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where an Agent's model comes from.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<AgentProvider>))]
public readonly record struct AgentProvider(string Value) : IOpenEnumeration<AgentProvider>
{
    /// <summary>A model server of the fleet.</summary>
    public static AgentProvider Local { get; } = new("local");

    /// <summary>An OpenAI-compatible endpoint given by providerConfig.</summary>
    public static AgentProvider CloudProxy { get; } = new("cloud-proxy");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AgentProvider> Known { get; } = [Local, CloudProxy];

    /// <inheritdoc/>
    public static AgentProvider FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
