namespace Foreman.AgentLoop;

/// <summary>Follows a run. Called on the run's own thread: return soon.</summary>
public interface IRunObserver
{
    /// <summary>A turn has ended: its tools have run and its records are stored.</summary>
    /// <param name="progress">Where the run stands.</param>
    void TurnEnded(RunProgress progress);

    /// <summary>
    /// The run goes on within a turn: bytes of an answer have come, a tool call has ended, or a wait for the model server, a tool or
    /// MCP servers lasts, then at least every 30 s and until the deadline of what is waited for. A run that hangs does not call this; one whose answer streams may do so thousands of times a second.
    /// </summary>
    void StillRunning();

    /// <summary>A tool call has changed files, or may have; how many did so is told at the end of the turn.</summary>
    void Edited();

    /// <summary>The model server makes us wait (it loads, is busy, or is gone for a moment). Called anew before each try.</summary>
    /// <param name="wait">What is waited for; null when the wait is over.</param>
    void Waiting(ModelWait? wait);

    /// <summary>A model server lacked memory for a request. Called each time.</summary>
    /// <param name="server">Base URL of the server that was asked, which may be another one of the same model on this host.</param>
    /// <param name="message">What it said; holds no secret.</param>
    void ShortOfMemory(Uri server, string message);

    /// <summary>The run goes on without MCP servers of its Agent, or without tools of them. Called at most once, before the first turn.</summary>
    /// <param name="faults">What is wrong, a sentence for each; at least one. Never a credential.</param>
    void McpFaults(IReadOnlyList<string> faults);
}

/// <summary>A wait for the model server.</summary>
/// <param name="Reason">Of which kind it is.</param>
/// <param name="Message">What the server says, and where it is; holds no secret.</param>
/// <param name="Since">When it began; the same for all tries of a request.</param>
/// <param name="Until">When it ends at the latest: by the next try, or, for a model that loads, because it is given up; null when that is not known.</param>
public sealed record ModelWait(ModelWaitReason Reason, string Message, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>Kinds of <see cref="ModelWait"/>.</summary>
public enum ModelWaitReason
{
    /// <summary>The server loads the model.</summary>
    Loading,

    /// <summary>The server has more requests, or less memory, than it can serve.</summary>
    Busy,

    /// <summary>The server can't be reached, or its answer broke off.</summary>
    Failing,
}

/// <summary>Where a run stands at the end of a turn.</summary>
/// <param name="Turn">Answers of the model so far, those of the attempts that this one goes on from included.</param>
/// <param name="Tool">The last tool that was called in this turn; null when none was.</param>
/// <param name="PromptTokens">Prompt tokens of this attempt so far, those from the server's cache included.</param>
/// <param name="CompletionTokens">Tokens that the model wrote in this attempt so far.</param>
public sealed record RunProgress(int Turn, string? Tool, long PromptTokens, long CompletionTokens)
{
    /// <summary>Tool calls so far that changed files, those of the attempts that this one goes on from included.</summary>
    public int Edits { get; init; }
}
