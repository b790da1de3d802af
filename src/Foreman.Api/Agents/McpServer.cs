using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One MCP server.</summary>
public sealed record McpServer
{
    /// <summary>Name, the prefix of its tools.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>How it is reached.</summary>
    [Required]
    public McpTransport Transport { get; init; }

    /// <summary>Where it is reached.</summary>
    [Required]
    public string Url { get => field ?? ""; init; }

    /// <summary>Headers of each request.</summary>
    public IReadOnlyList<McpHeader>? Headers { get; init; }

    /// <summary>Tools that are offered; absent offers all.</summary>
    public IReadOnlyList<string>? AllowedTools { get; init; }
}
