using Foreman.AgentLoop.Loop.Stuck;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>Every way in which a run can end, in the task's own terms.</summary>
internal static class LoopOutcomes
{
    internal static LoopOutcome Cancelled { get; } = Failed(FailureReason.Cancelled, Outcomes.Incomplete, "the run was stopped");

    /// <summary>The model called submit_result. NO-GO is a success of the run; ERROR is the model's own failure.</summary>
    internal static LoopOutcome Decided(Submission submission) => submission.Verdict switch
    {
        "GO" => new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Outcome = Outcomes.ModelDecided, Summary = submission.Summary, Submission = submission },
        "NO-GO" => new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.NoGo, Outcome = Outcomes.ModelNoGo, Summary = submission.Summary, Submission = submission },
        _ => EndedByItself(FailureReason.ModelReportedError, Outcomes.ModelDecided, submission.Summary) with { Submission = submission },
    };

    /// <summary>The model's result was refused as often as it may be.</summary>
    /// <param name="submission">The last one.</param>
    /// <param name="rounds">How often it was told to correct it.</param>
    internal static LoopOutcome GateFailed(Submission submission, int rounds) =>
        EndedByItself(FailureReason.GateFailed, Outcomes.GateFailed, $"checks of the repository still fail after {rounds} fixes; the model says: {submission.Summary}") with { Submission = submission };

    internal static LoopOutcome OutOfTurns(int turns) =>
        EndedByItself(FailureReason.MaxTurnsExhausted, Outcomes.BudgetExhausted, $"no result after {turns} turns (maxTurns); raise maxTurns or ask for less");

    /// <summary>The budget of tokens is used up.</summary>
    /// <param name="used">What this run used.</param>
    /// <param name="most">What it might use.</param>
    /// <param name="next">The likely tokens of the prompt that would be next; null where what was used is enough.</param>
    internal static LoopOutcome OutOfTokens(long used, long most, int? next = null) =>
        OutOfTokens(used, most, next is null ? "" : $", and the next prompt has about {next}, which leaves too little for an answer");

    /// <summary>The budget of tokens left the model's answers too little room.</summary>
    /// <param name="used">What this run used.</param>
    /// <param name="most">What it might use.</param>
    /// <param name="limit">The output limit that cut the last answer, in tokens.</param>
    internal static LoopOutcome CutByBudget(long used, long most, int limit) =>
        OutOfTokens(used, most, $", so that the last answer was cut at {limit} tokens");

    private static LoopOutcome OutOfTokens(long used, long most, string more) => EndedByItself(
        FailureReason.BudgetExhausted, Outcomes.BudgetExhausted, $"no result after {used} tokens; {most} were left of the budget of all attempts (spec.budget.tokens){more}");

    internal static LoopOutcome OutOfTime(long seconds) =>
        EndedByItself(FailureReason.BudgetExhausted, Outcomes.BudgetExhausted, $"no result within the budget of {seconds} s of all attempts (spec.budget.seconds)");

    internal static LoopOutcome TranscriptFull { get; } = EndedByItself(
        FailureReason.TranscriptFull, Outcomes.BudgetExhausted, "no result before the run's transcript was full (64 MiB with the files that it changed); let it change smaller files, or split the task");

    internal static LoopOutcome OverWindow(long bytes, int window) => EndedByItself(
        FailureReason.ContextOverflow, Outcomes.BudgetExhausted, $"the conversation has grown to {bytes} bytes, which can't fit the context window of {window} tokens; ask for less at once");

    internal static LoopOutcome TimedOut(TimeSpan timeout) =>
        EndedByItself(FailureReason.Timeout, Outcomes.BudgetExhausted, $"no result after {timeout.TotalSeconds:0} s; raise timeoutSeconds of the task or requestTimeoutSeconds of the Agent");

    internal static LoopOutcome Stuck(StuckFinding finding) =>
        EndedByItself(FailureReason.ModelMisunderstood, Outcomes.StuckLoop, $"{finding.Detector.Name()}: {finding.Text}");

    internal static LoopOutcome OverHardCap(int tokens, int cap) =>
        EndedByItself(FailureReason.ContextOverflow, Outcomes.StuckLoop, $"{Detector.ContextGrowth.Name()}: the prompt has grown to about {tokens} tokens, over contextHardCap {cap}");

    internal static LoopOutcome Unusable(AnswerKind kind, int times) => EndedByItself(FailureReason.ModelMisunderstood, Outcomes.Incomplete, kind switch
    {
        AnswerKind.ReasoningOnly => $"the model answered {times} times with nothing but reasoning",
        AnswerKind.Truncated => $"the model's answers were cut at the output limit {times} times; raise maxOutputTokens or ask for less at once",
        AnswerKind.Repeating => $"the model server broke off {times} answers in a row because the model repeated the same token; a temperature above 0 or another model may help",
        _ => $"the model answered {times} times without calling a tool; it may not be able to call tools",
    });

    /// <summary>The model server failed.</summary>
    /// <param name="failure">How.</param>
    /// <param name="turn">Answers before.</param>
    internal static LoopOutcome Failed(ModelFailure failure, int turn)
    {
        var reason = failure.Kind switch
        {
            ModelFailureKind.ContextOverflow => FailureReason.ContextOverflow,
            ModelFailureKind.ModelMismatch => FailureReason.ModelMismatch,
            ModelFailureKind.ImagesRefused => FailureReason.VisionUnavailable,
            ModelFailureKind.Unauthorized => FailureReason.AuthUnavailable,
            ModelFailureKind.Cut or ModelFailureKind.ServerError or ModelFailureKind.OutOfMemory or ModelFailureKind.Rejected => FailureReason.InfrastructureError,
            _ => FailureReason.InferenceServiceUnavailable,
        };
        var numbers = failure is { Kind: ModelFailureKind.ContextOverflow, PromptTokens: { } prompt, ContextTokens: { } context }
            ? $"the prompt has {prompt} tokens, the model server gives {context}; "
            : failure.Kind is ModelFailureKind.ImagesRefused ? "the model can't see the task's images: " : "";
        return Failed(reason, turn == 0 ? Outcomes.PreconditionFailed : Outcomes.Incomplete, numbers + failure.Message);
    }

    /// <summary>Something outside the conversation ended the run.</summary>
    internal static LoopOutcome Failed(FailureReason reason, string outcome, string summary) => new()
    {
        Phase = TaskPhase.Failed,
        Verdict = Verdict.Incomplete,
        Reason = reason,
        Outcome = outcome,
        Summary = summary,
    };

    /// <summary>The loop came to its own end without the task being done.</summary>
    private static LoopOutcome EndedByItself(FailureReason reason, string outcome, string summary) =>
        Failed(reason, outcome, summary) with { Phase = TaskPhase.Succeeded };
}
