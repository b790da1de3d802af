namespace Foreman.AgentLoop.Model;

/// <summary>One event of a streamed answer, reduced to what an agent uses. A non-streamed answer reads as one chunk.</summary>
internal sealed record ChatChunk
{
    /// <summary>True when it holds a part of an answer, be it empty.</summary>
    internal bool HasChoice { get; init; }

    /// <summary>True when it is one of Ollama's own API.</summary>
    internal bool IsOllama { get; init; }

    /// <summary>True when it holds a whole message, not the next part of one.</summary>
    internal bool IsWhole { get; init; }

    internal string? Content { get; init; }

    internal string? Reasoning { get; init; }

    internal IReadOnlyList<ToolCallDelta> Calls { get; init; } = [];

    internal string? FinishReason { get; init; }

    internal string? Model { get; init; }

    /// <summary>Null when the server counts nothing, or nothing yet.</summary>
    internal TokenUsage? Usage { get; init; }

    internal ServerTimings? Timings { get; init; }
}

/// <summary>A piece of a tool call. What is empty is absent.</summary>
/// <param name="Index">Which call it belongs to, when the server says.</param>
/// <param name="Id">In the first piece only; some servers repeat or change it.</param>
/// <param name="Name">In the first piece only; some servers repeat it.</param>
/// <param name="Arguments">The next characters of the arguments.</param>
/// <param name="IsWhole">True when it is no piece but the call.</param>
internal sealed record ToolCallDelta(int? Index, string? Id, string? Name, string? Arguments, bool IsWhole = false);
