namespace Foreman.Api;

/// <summary>Servers of the Model Context Protocol.</summary>
public sealed record AgentMcp
{
    /// <summary>True offers their tools.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Longest call, as a Go duration; 30s when 0 or absent.</summary>
    public string? CallTimeout { get; init; }

    /// <summary>Longest result, in bytes; 32768 when 0 or absent.</summary>
    public int? MaxResultBytes { get; init; }

    /// <summary>The servers.</summary>
    public IReadOnlyList<McpServer>? Servers { get; init; }
}
