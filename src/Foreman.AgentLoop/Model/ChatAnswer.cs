namespace Foreman.AgentLoop.Model;

/// <summary>A whole answer of the model, put together from its chunks.</summary>
internal sealed record ChatAnswer
{
    internal string Content { get; init; } = "";

    /// <summary>The thinking that the server reported apart from the content; never sent back.</summary>
    internal string Reasoning { get; init; } = "";

    internal IReadOnlyList<RawToolCall> Calls { get; init; } = [];

    /// <summary>What the server says. Servers are wrong about it too often to decide anything by it alone.</summary>
    internal string? FinishReason { get; init; }

    /// <summary>True when we cut the answer because it outgrew every bound.</summary>
    internal bool CutByUs { get; init; }

    /// <summary>True when the server broke the answer off because the same token came again and again; what came again stands in it once.</summary>
    internal bool RepeatsItself { get; init; }

    /// <summary>The name that the server gives its model.</summary>
    internal string? Model { get; init; }

    internal TokenUsage Usage { get; init; } = TokenUsage.Zero;

    internal ServerTimings? Timings { get; init; }
}

/// <summary>A tool call exactly as the model wrote it, valid or not.</summary>
internal sealed record RawToolCall(string Name, string Arguments);
