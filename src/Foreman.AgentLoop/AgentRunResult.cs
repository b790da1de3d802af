using Foreman.Api;

namespace Foreman.AgentLoop;

/// <summary>How a run ended.</summary>
public sealed record AgentRunResult
{
    /// <summary>The result as it is stored with the task.</summary>
    public required ResultEnvelope Envelope { get; init; }

    /// <summary>
    /// Succeeded when the loop came to an end of its own (a verdict, also NO-GO, or a spent budget); Failed when something
    /// else ended it (the model server, the disk, a wrong setting, a cancellation).
    /// </summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>Tokens, turns and seconds of this attempt, without those of the one that it went on from.</summary>
    public required Usage Usage { get; init; }

    /// <summary>The files that the run changed, as they are now.</summary>
    public IReadOnlyList<DeliveredFile> Files { get; init; } = [];

    /// <summary>What of the Agent's MCP servers the run did without, a sentence for each; empty when nothing.</summary>
    public IReadOnlyList<string> McpFaults { get; init; } = [];

    /// <summary>What the model server measured at the last answer; null when it measures nothing.</summary>
    public ServerTimings? Timings { get; init; }
}

/// <summary>A file that a run changed, as it is at the end.</summary>
/// <param name="Path">Relative to the workspace, with slashes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
/// <param name="Bytes">Its size.</param>
public sealed record DeliveredFile(string Path, string Sha256, long Bytes);
