using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Stops;

namespace Foreman.Runner.Completions;

/// <summary>How an attempt is closed.</summary>
/// <param name="GivesBack">True: the task goes back to the operator; false: it ends.</param>
/// <param name="Outcome">For the attempt's entry.</param>
/// <param name="Reason">CamelCase, for the entry and the condition.</param>
/// <param name="Message">For people.</param>
internal sealed record CompletionPlan(bool GivesBack, AttemptOutcome Outcome, string Reason, string Message);

/// <summary>Decides between the end of a task and giving it back. Pure.</summary>
internal static class AttemptCompletion
{
    /// <summary>Entries that a task's status takes.</summary>
    public const int MaxAttempts = 32;

    /// <summary>Decides about a report.</summary>
    /// <param name="report">What came of the work.</param>
    /// <param name="stop">Why it was told to stop, if it was.</param>
    /// <param name="policy">The task's retry policy.</param>
    /// <param name="endedAttempts">Entries that the task has already.</param>
    public static CompletionPlan Decide(WorkReport report, StopPlan stop, RetryPolicy? policy, int endedAttempts)
    {
        if (report.Stopped)
        {
            return stop.Kind switch
            {
                StopKind.Cancel => Ends(AttemptOutcome.Failed, FailureReason.Cancelled.Value, stop.Message),
                StopKind.Timeout => Failed(FailureReason.Timeout, FailureReason.Timeout.Value, stop.Message, policy, endedAttempts),
                StopKind.Budget => Ends(AttemptOutcome.Failed, FailureReason.BudgetExhausted.Value, stop.Message),
                StopKind.Suspend => GivesBack(Reasons.Suspended, stop.Message),
                _ => GivesBack(Reasons.Draining, stop.Message),
            };
        }

        if (report.Envelope.FailureReason is not { } reason)
        {
            return Ends(AttemptOutcome.Succeeded, Reasons.Succeeded, report.Message);
        }

        var plan = Failed(reason, report.AttemptReason ?? reason.Value, report.Message, policy, endedAttempts);
        return plan.GivesBack || report.Phase != TaskPhase.Succeeded ? plan : plan with { Outcome = AttemptOutcome.Succeeded };
    }

    private static CompletionPlan Failed(FailureReason reason, string attemptReason, string message, RetryPolicy? policy, int endedAttempts) =>
        // One entry must stay free for the operator, which ends what can't be tried any more.
        policy.Retries(reason) && endedAttempts < MaxAttempts - 1
            ? GivesBack(attemptReason, message)
            : Ends(AttemptOutcome.Failed, reason.Value, message);

    private static CompletionPlan Ends(AttemptOutcome outcome, string reason, string message) => new(false, outcome, reason, message);

    private static CompletionPlan GivesBack(string reason, string message) => new(true, AttemptOutcome.GivenBack, reason, message);
}
