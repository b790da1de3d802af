using Foreman.Api;

namespace Foreman.Agent.Dispatching;

/// <summary>What to do about a task.</summary>
internal enum DispatchAction
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Claim and run it.</summary>
    Start,

    /// <summary>Refuse it.</summary>
    Decline,

    /// <summary>Decide again when a slot is free, or when its last run here has ended.</summary>
    Wait,

    /// <summary>Forward the task as it is seen now to its run here.</summary>
    Update,

    /// <summary>Settle what an earlier process of this host held.</summary>
    Reclaim,
}

/// <summary>What the decision depends on besides the task.</summary>
/// <param name="Node">Name of this host.</param>
/// <param name="Holder">Identity of this process.</param>
/// <param name="RunningAttempt">The attempt of the task that runs here; null when none does.</param>
/// <param name="SettledAttempt">The last attempt of the task that was dealt with here; 0 for none.</param>
/// <param name="FreeSlots">How many more runs may start.</param>
/// <param name="Refuses">True while the host takes no work.</param>
internal sealed record DispatchView(string Node, string Holder, long? RunningAttempt, long SettledAttempt, int FreeSlots, bool Refuses);

/// <summary>Decides about one task as it is last seen. Pure.</summary>
internal static class DispatchDecision
{
    public static DispatchAction For(AgenticTask task, DispatchView view)
    {
        var phase = task.PhaseOrPending();
        var assignedHere = phase == TaskPhase.Scheduled && task.Status.AssignedNode == view.Node && task.Status.Placement == Placement.Node;
        if (view.RunningAttempt is { } attempt)
        {
            // A new attempt here while the old one still ends: the old one gets the update, the new one has its turn afterwards.
            return assignedHere && task.Status.Attempt > attempt ? DispatchAction.Wait : DispatchAction.Update;
        }

        // The watch may still show the task as it was: an attempt is tried once, whatever came of it. What could not be
        // claimed is taken back by the operator and comes again as another attempt.
        if (task.Status.Attempt <= view.SettledAttempt)
        {
            return DispatchAction.Nothing;
        }

        if (assignedHere)
        {
            return view.Refuses ? DispatchAction.Decline : view.FreeSlots > 0 ? DispatchAction.Start : DispatchAction.Wait;
        }

        return phase == TaskPhase.Running && task.Status.Claim?.Holder is { } holder && holder != view.Holder && Holder.SameHost(holder, view.Holder)
            ? DispatchAction.Reclaim
            : DispatchAction.Nothing;
    }
}
