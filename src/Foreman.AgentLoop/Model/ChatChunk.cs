namespace Foreman.AgentLoop.Model;

/// <summary>One event of a streamed answer, reduced to what an agent uses. A non-streamed answer reads as one chunk.</summary>
internal sealed record ChatChunk
{
    internal string? Content { get; init; }

    internal string? Reasoning { get; init; }

    internal IReadOnlyList<ToolCallDelta> Calls { get; init; } = [];

    internal string? FinishReason { get; init; }

    internal string? Model { get; init; }

    internal TokenUsage? Usage { get; init; }

    internal ServerTimings? Timings { get; init; }

    /// <summary>The server failed after it had answered 200.</summary>
    internal ModelFailure? Error { get; init; }
}

/// <summary>A piece of a tool call.</summary>
/// <param name="Index">Which call it belongs to, when the server says.</param>
/// <param name="Id">In the first piece only.</param>
/// <param name="Name">In the first piece only.</param>
/// <param name="Arguments">The next characters of the arguments.</param>
internal sealed record ToolCallDelta(int? Index, string? Id, string? Name, string? Arguments);
