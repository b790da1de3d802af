using System.Collections.Immutable;
using Foreman.AgentLoop.Loop.Stuck;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>Everything that a run knows between two events. <see cref="TranscriptReplay"/> makes it of the transcript's records.</summary>
internal sealed record LoopState
{
    /// <summary>The conversation; grows at its end only, except when <see cref="Compaction"/> masks old results.</summary>
    internal required ImmutableList<HistoryItem> History { get; init; }

    /// <summary>Answers of the model so far.</summary>
    internal int Turn { get; init; }

    internal TokenUsage Used { get; init; } = TokenUsage.Zero;

    /// <summary>What of <see cref="Used"/> and <see cref="Turn"/> is an earlier attempt's.</summary>
    internal (TokenUsage Used, int Turns) TakenOver { get; init; } = (TokenUsage.Zero, 0);

    internal ServerTimings? Timings { get; init; }

    /// <summary>The window of the server; smaller than the settings say once the server has refused a prompt.</summary>
    internal required int ContextTokens { get; init; }

    internal PromptGauge Gauge { get; init; }

    /// <summary>The output limit of the last request.</summary>
    internal int AskedTokens { get; init; }

    /// <summary>True when the budget made that limit smaller than it would have been.</summary>
    internal bool AskedByBudget { get; init; }

    /// <summary>Calls of the last answer whose turn has not come yet.</summary>
    internal ImmutableQueue<PendingCall> Pending { get; init; } = [];

    /// <summary>The call whose result is awaited.</summary>
    internal PendingCall? Running { get; init; }

    /// <summary>Id of a call that was begun and whose result is not recorded; it is set by a replay only.</summary>
    internal string? Begun { get; init; }

    /// <summary>What the last answer was.</summary>
    internal AnswerKind LastAnswer { get; init; }

    /// <summary>True while the model is still to be told what was wrong with an answer without calls.</summary>
    internal bool OwesNudge { get; init; }

    /// <summary>True from an answer until its last call is done.</summary>
    internal bool IsTurnOpen { get; init; }

    /// <summary>Number of the last tool call.</summary>
    internal int LastCall { get; init; }

    /// <summary>The tool that was called last in this turn.</summary>
    internal string? Tool { get; init; }

    internal RepromptCounts RepromptCounts { get; init; }

    /// <summary>What the detectors of stuck runs remember.</summary>
    internal StuckState Stuck { get; init; } = StuckState.Empty;

    /// <summary>What the server's prompt cache did.</summary>
    internal PromptCache Cache { get; init; } = PromptCache.Empty;

    /// <summary>True after the server refused the prompt as too long, so that it was made shorter, and before it answered again.</summary>
    internal bool Overflowed { get; init; }

    /// <summary>True after the server refused prompt and output limit together, so that less was asked for, and before it answered again.</summary>
    internal bool AskedLess { get; init; }

    /// <summary>True from a compaction to the next answer: one is enough for a request.</summary>
    internal bool IsCompacted { get; init; }

    /// <summary>True when the last refusal of a prompt is answered by a shorter one.</summary>
    internal bool ShortensPrompt { get; init; }

    /// <summary>True after the server refused the images of tool results: later ones are named only.</summary>
    internal bool IsBlind { get; init; }

    /// <summary>The files that were changed, as they are now.</summary>
    internal ImmutableSortedDictionary<string, DeliveredFile> Files { get; init; } =
        ImmutableSortedDictionary<string, DeliveredFile>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Tool calls that changed files.</summary>
    internal int Edits { get; init; }

    /// <summary>The model's own result; the run is then over, unless it is looked at and not accepted.</summary>
    internal Submission? Submission { get; init; }

    /// <summary>Results that were not accepted.</summary>
    internal int Refusals { get; init; }

    /// <summary>Set when the run is over.</summary>
    internal LoopOutcome? Outcome { get; init; }
}

/// <summary>A message and where it came from.</summary>
internal sealed record HistoryItem
{
    /// <param name="message">As it is sent.</param>
    /// <param name="turn">The turn that it belongs to; 0 before the first answer.</param>
    /// <param name="tool">For a tool's result: which tool.</param>
    internal HistoryItem(ChatMessage message, int turn, string? tool = null) => (Message, Turn, Tool) = (message, turn, tool);

    /// <summary>As it is sent.</summary>
    public ChatMessage Message
    {
        get;
        init
        {
            field = value;

            // Once for each message: a request is planned over all of them.
            Weight = MessageWeight.Of(value);
        }
    }

    /// <summary>The turn that it belongs to; 0 before the first answer.</summary>
    public int Turn { get; init; }

    /// <summary>For a tool's result: which tool.</summary>
    public string? Tool { get; init; }

    /// <summary>True when the result's text has been replaced by a note.</summary>
    public bool Masked { get; init; }

    /// <summary>What the message counts against the window.</summary>
    internal MessageWeight Weight { get; private init; }
}

/// <summary>A call that waits for its turn.</summary>
/// <param name="Call">As it stands in the history.</param>
/// <param name="Problem">Why it can't run; null when it can.</param>
internal sealed record PendingCall(ToolCall Call, string? Problem);

/// <summary>Answers in a row that could not be used, by kind.</summary>
internal readonly record struct RepromptCounts(int NoCall, int ReasoningOnly, int Truncated, int Repeating);

/// <summary>The end of a run.</summary>
internal sealed record LoopOutcome
{
    internal required TaskPhase Phase { get; init; }

    internal required Verdict Verdict { get; init; }

    internal FailureReason? Reason { get; init; }

    /// <summary>One of <see cref="Outcomes"/>.</summary>
    internal required string Outcome { get; init; }

    /// <summary>Of any length.</summary>
    internal required string Summary { get; init; }

    /// <summary>The model's own result, when it gave one.</summary>
    internal Submission? Submission { get; init; }
}

/// <summary>Values of <c>extra.outcome</c>.</summary>
internal static class Outcomes
{
    internal const string ModelDecided = "MODEL-DECIDED";
    internal const string ModelNoGo = "MODEL-NO-GO";
    internal const string StuckLoop = "STUCK-LOOP-DETECTED";
    internal const string BudgetExhausted = "LOOP-BUDGET-EXHAUSTED";
    internal const string Incomplete = "LOOP-INCOMPLETE";
    internal const string GateFailed = "CODER-GATE-FAILED";
    internal const string PreconditionFailed = "EXECUTOR-PRECONDITION-FAILED";
}
