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

    /// <summary>The model server makes us wait (it loads, is busy, or is gone for a moment).</summary>
    /// <param name="reason">What it says; null when the wait is over.</param>
    void Waiting(string? reason);
}

/// <summary>Where a run stands at the end of a turn.</summary>
/// <param name="Turn">Answers of the model so far, those of the attempts that this one goes on from included.</param>
/// <param name="Tool">The last tool that was called in this turn; null when none was.</param>
/// <param name="PromptTokens">Prompt tokens of this attempt so far, those from the server's cache included.</param>
/// <param name="CompletionTokens">Tokens that the model wrote in this attempt so far.</param>
public sealed record RunProgress(int Turn, string? Tool, long PromptTokens, long CompletionTokens);
