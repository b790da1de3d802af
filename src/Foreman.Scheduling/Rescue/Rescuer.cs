using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Whether the operator takes a task back from where it stands. A disruption releases nothing.</summary>
internal static class Rescuer
{
    /// <summary>How long an assignment may stay unclaimed.</summary>
    public static TimeSpan UnclaimedAfter { get; } = TimeSpan.FromSeconds(15);

    public static TakeBackReason? Check(AgenticTask task, RescueView view, RequeueTimer requeue)
    {
        if (task.IsScheduled())
        {
            return Unwanted(task) ?? Unclaimed(task, view, requeue);
        }

        if (!task.IsRunning())
        {
            return null;
        }

        return task.Status.Placement == Placement.Operator ? OfOperator(task, view) : OfNode(task, view, requeue);
    }

    private static TakeBackReason? Unwanted(AgenticTask task) =>
        task.Spec.Cancel == true ? new(AttemptOutcome.Preempted, FailureReason.Cancelled.Value, "spec.cancel was set")
        : task.Spec.Suspend == true ? new(AttemptOutcome.Preempted, Reasons.Suspended, "spec.suspend was set")
        : null;

    private static TakeBackReason? Unclaimed(AgenticTask task, RescueView view, RequeueTimer requeue)
    {
        var node = task.Status.AssignedNode ?? "";
        if (task.Status.Placement != Placement.Operator)
        {
            switch (view.Liveness)
            {
                case NodeLiveness.Unknown:
                case NodeLiveness.Unmanaged when view.NodeExists:
                    return null;
                case NodeLiveness.Dead or NodeLiveness.Stopped:
                    return new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"{node} stopped before it claimed the task");
                default:
                    break;
            }
        }

        if (view.Uptime - view.Since < UnclaimedAfter)
        {
            requeue.NoLaterThan(view.Since + UnclaimedAfter);
            return null;
        }

        return new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"{node} did not claim the task within {UnclaimedAfter.TotalSeconds:0} s")
        {
            RecordFailure = true,
        };
    }

    private static TakeBackReason? OfOperator(AgenticTask task, RescueView view)
    {
        var holder = task.Status.Claim?.Holder;
        return holder == view.Identity
            ? null
            : new(AttemptOutcome.Lost, Reasons.HolderLost, $"the operator process {holder} that ran it is gone");
    }

    private static TakeBackReason? OfNode(AgenticTask task, RescueView view, RequeueTimer requeue)
    {
        var node = task.Status.AssignedNode ?? "";
        switch (view.Liveness)
        {
            case NodeLiveness.Dead:
                return new(AttemptOutcome.Lost, Reasons.HolderLost, $"{node} has been silent for {LivenessRules.DeadAfter.TotalSeconds:0} s");
            case NodeLiveness.Stopped:
                return new(AttemptOutcome.Lost, Reasons.AgentStopped, $"the agent of {node} stopped");
            case NodeLiveness.Unmanaged when !view.NodeExists:
                return Vanished(view, node, requeue);
            case NodeLiveness.Unknown or NodeLiveness.Suspect or NodeLiveness.Unmanaged:
                return null;
            default:
                return Replaced(task, view, node, requeue);
        }
    }

    // No host and no Lease of that name: nobody is left who could renew anything.
    private static TakeBackReason? Vanished(RescueView view, string node, RequeueTimer requeue)
    {
        if (view.Uptime - view.Since < LivenessRules.DeadAfter)
        {
            requeue.NoLaterThan(view.Since + LivenessRules.DeadAfter);
            return null;
        }

        return new(AttemptOutcome.Lost, Reasons.HolderLost, $"FleetNode {node} and its Lease are gone");
    }

    private static TakeBackReason? Replaced(AgenticTask task, RescueView view, string node, RequeueTimer requeue)
    {
        if (view.Lease is not { } lease || task.Status.Claim is not { } claim || lease.Holder == claim.Holder)
        {
            return null;
        }

        if (view.Uptime - lease.HolderSince < LivenessRules.ReclaimGrace)
        {
            requeue.NoLaterThan(lease.HolderSince + LivenessRules.ReclaimGrace);
            return null;
        }

        return new(AttemptOutcome.Lost, Reasons.AgentRestarted, $"the agent of {node} was replaced by a new process that did not take the run over");
    }
}
