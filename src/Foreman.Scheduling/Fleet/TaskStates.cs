using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>What decisions ask of a task and of its attempts.</summary>
internal static class TaskStates
{
    public static bool IsPending(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Pending;

    public static bool IsScheduled(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Scheduled;

    public static bool IsRunning(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Running;

    /// <summary>True when the task takes one of its host's slots.</summary>
    public static bool HoldsSlot(this AgenticTask task) =>
        task.Status.AssignedNode is not null && (task.IsScheduled() || task.IsRunning());

    /// <summary>The host whose slot the task takes; null for none. A slot is free once it is stored that its task was taken back: two writes of one plan arrive in any order.</summary>
    /// <param name="task">The task as decisions see it.</param>
    /// <param name="unconfirmed">UIDs of tasks whose last decision has no answer yet.</param>
    public static string? SlotOn(this AgenticTask task, IReadOnlySet<string> unconfirmed) =>
        task.HoldsSlot() ? task.Status.AssignedNode
        : unconfirmed.Count > 0 && task.IsPending() && unconfirmed.Contains(task.Uid()) ? task.LastAttempt()?.Node
        : null;

    /// <summary>When it was assigned last, by the operator's own note: the clock of a host may be off by any time. Null when it never was.</summary>
    public static DateTimeOffset? AssignedAt(this AgenticTask task) =>
        task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.True, LastTransitionTime: { } at } ? at : null;

    /// <summary>Since when its run holds its slot: by the note of its host, and not before it was assigned. Null while it does not run.</summary>
    public static DateTimeOffset? RunsSince(this AgenticTask task) =>
        !task.IsRunning() || task.Status.Claim?.AcquiredAt is not { } claimed ? null
        : task.AssignedAt() is { } assigned && assigned > claimed ? assigned
        : claimed;

    /// <summary>What its ended attempts leave of its budget of seconds; null without one. Runs end by what attempts report, not by how long they held slots.</summary>
    public static long? SecondsLeft(this AgenticTask task) => task.Spec.Budget?.Seconds is { } seconds ? seconds - Math.Max(0, task.Status.Attempts.Sum().Seconds) : null;

    public static TaskAttempt? LastAttempt(this AgenticTask task) => task.Status.Attempts is [.., var last] ? last : null;

    /// <summary>The run failed and was given back to be tried again: its reason is one of a failure.</summary>
    public static bool IsFailure(this TaskAttempt attempt) =>
        attempt.Outcome == AttemptOutcome.Failed
        || (attempt.Outcome == AttemptOutcome.GivenBack && FailureReason.Known.Any(r => r.Value == attempt.Reason));

    /// <summary>The operator ended it in its holder's place, and it is no failure that the policy retries.</summary>
    public static bool EndsTask(this TaskAttempt attempt, RetryPolicy? policy) =>
        attempt.Outcome == AttemptOutcome.Failed && !policy.Retries(new FailureReason(attempt.Reason ?? ""));

    /// <summary>The process that ran it died, or its run stood still.</summary>
    public static bool IsLoss(this TaskAttempt attempt) =>
        attempt.Outcome == AttemptOutcome.Lost
        || (attempt.Outcome == AttemptOutcome.GivenBack && attempt.Reason == Reasons.AgentRestarted);
}
