using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What an ended attempt says about the task and its host.</summary>
internal static class AttemptKinds
{
    /// <summary>The run failed and was given back to be tried again: its reason is one of a failure.</summary>
    public static bool IsFailure(this TaskAttempt attempt) =>
        attempt.Outcome == AttemptOutcome.Failed
        || (attempt.Outcome == AttemptOutcome.GivenBack && FailureReason.Known.Any(r => r.Value == attempt.Reason));

    /// <summary>The process that ran it died.</summary>
    public static bool IsLoss(this TaskAttempt attempt) =>
        attempt.Outcome == AttemptOutcome.Lost
        || (attempt.Outcome == AttemptOutcome.GivenBack && attempt.Reason == Reasons.AgentRestarted);
}
