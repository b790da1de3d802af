using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Records since when a run has been under way, silent, and told to stop, on the operator's own clock.</summary>
internal static class RunWatch
{
    /// <summary>The task with what is now known of its run; the same record when nothing has changed.</summary>
    /// <param name="task">The task, Running.</param>
    /// <param name="state">What is known of it.</param>
    /// <param name="lease">Its host's Lease when this process sees the task for the first time, else null.</param>
    /// <param name="uptime">Time on the operator's own clock.</param>
    /// <param name="now">Time of day.</param>
    public static ObservedTask Observe(AgenticTask task, ObservedTask state, ObservedLease? lease, TimeSpan uptime, DateTimeOffset now)
    {
        var (holder, progress) = (task.Status.Claim?.Holder, task.Status.Progress);
        var run = state.Run ?? new ObservedRun
        {
            Holder = holder,
            Progress = progress,
            StartedAt = state.Since - Before(task, task.Status.Claim?.AcquiredAt, lease, now),
            ProgressAt = state.Since - Before(task, progress?.UpdatedAt, lease, now),
        };
        if (run.Holder != holder || run.Progress != progress)
        {
            run = run with { Holder = holder, Progress = progress, ProgressAt = uptime };
        }

        var cancelled = task.Spec.Cancel == true ? run.CancelledAt ?? uptime : (TimeSpan?)null;
        if (run.CancelledAt != cancelled)
        {
            run = run with { CancelledAt = cancelled };
        }

        return ReferenceEquals(run, state.Run) ? state : state with { Run = run };
    }

    // A time that the holder wrote is compared with a later one of the same clock, the last renewal of its Lease; should that clock
    // have been set in between, the run is still no older than the operator's own note of the assignment.
    private static TimeSpan Before(AgenticTask task, DateTimeOffset? written, ObservedLease? lease, DateTimeOffset now)
    {
        if (written is not { } since
            || lease is not { RenewTime: { } renewed, Holder: { } host }
            || !Holder.SameHost(host, task.Status.Claim?.Holder ?? "")
            || task.Status.Conditions.Find(ConditionTypes.Scheduled) is not { Status: Conditions.True, LastTransitionTime: { } assigned })
        {
            return TimeSpan.Zero;
        }

        var byHost = renewed - since;
        var byOperator = now - assigned;
        var least = byHost < byOperator ? byHost : byOperator;
        return least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }
}
