using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The pause between a failed attempt and the next one, counted on the operator's own clock.</summary>
internal static class BackoffGate
{
    public static PendingReason? Check(AgenticTask task, TimeSpan pendingSince, TimeSpan uptime, RequeueTimer requeue)
    {
        var pause = PauseOf(task);
        if (uptime - pendingSince >= pause)
        {
            return null;
        }

        requeue.NoLaterThan(pendingSince + pause);
        return new PendingReason(
            Reasons.BackingOff,
            $"Attempt {task.Status.Attempt} ended with {task.LastAttempt()?.Reason ?? "a failure"}; the next one starts {(int)pause.TotalSeconds} s later (spec.retryPolicy.backoffSeconds).");
    }

    /// <summary>Zero unless the last attempt failed.</summary>
    public static TimeSpan PauseOf(AgenticTask task) =>
        task.LastAttempt()?.IsFailure() == true
            ? TimeSpan.FromSeconds(task.Spec.RetryPolicy?.BackoffSeconds ?? 0)
            : TimeSpan.Zero;
}
