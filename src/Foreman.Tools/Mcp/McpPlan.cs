using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Images;

namespace Foreman.Tools.Mcp;

/// <summary>The MCP servers that a run is to connect to, with every default filled in.</summary>
public sealed record McpPlan
{
    /// <summary>The longest call when the Agent does not say.</summary>
    internal static readonly TimeSpan DefaultCallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The longest result when the Agent does not say, in bytes.</summary>
    internal const int DefaultMaxResultBytes = 32768;

    private const int LeastResultBytes = 256;
    private const int MostResultBytes = 4 << 20;
    private static readonly TimeSpan LongestCall = TimeSpan.FromHours(1);

    /// <summary>The servers, at least one.</summary>
    public required IReadOnlyList<McpServer> Servers { get; init; }

    /// <summary>The longest call and the longest wait for a server to answer at the start; longer than zero.</summary>
    internal TimeSpan CallTimeout { get; init; } = DefaultCallTimeout;

    /// <summary>The longest text of a result, 256 bytes to 4 MiB.</summary>
    internal int MaxResultBytes { get; init; } = DefaultMaxResultBytes;

    /// <summary>The bounds of images that are handed on; null hands none on.</summary>
    internal ImageLimits? Images { get; init; }

    /// <summary>The plan of a run.</summary>
    /// <param name="agent">The task's Agent.</param>
    /// <param name="allowed">The task's mcpEnabled: only false forbids what the Agent allows.</param>
    /// <returns>Null when it uses no server.</returns>
    public static McpPlan? Of(AgentSpec? agent, bool? allowed)
    {
        if (allowed == false || agent?.Mcp is not { Enabled: true, Servers: { Count: > 0 } servers } mcp)
        {
            return null;
        }

        var timeout = mcp.CallTimeout is { Length: > 0 } text && GoDuration.Parse(text) is { } asked && asked > TimeSpan.Zero ? asked : DefaultCallTimeout;
        return new McpPlan
        {
            Servers = servers,
            CallTimeout = timeout < LongestCall ? timeout : LongestCall,
            MaxResultBytes = mcp.MaxResultBytes is > 0 and var bytes ? Math.Clamp(bytes, LeastResultBytes, MostResultBytes) : DefaultMaxResultBytes,
            Images = ImageLimits.Of(agent.Vision),
        };
    }
}
