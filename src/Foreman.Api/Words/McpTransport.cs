using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How an MCP server is reached.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<McpTransport>))]
public readonly record struct McpTransport(string Value) : IOpenEnumeration<McpTransport>
{
    /// <summary>Streamable HTTP.</summary>
    public static McpTransport Http { get; } = new("http");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<McpTransport> Known { get; } = [Http];

    /// <inheritdoc/>
    public static McpTransport FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
