using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Whether the operator takes a task back. The rules of its placement determine whether its holder is alive.</summary>
internal static class Rescuer
{
    /// <summary>An assignment that is no longer wanted is taken back whatever its placement: no process has claimed it.</summary>
    /// <param name="view">The task and what is known of its holder.</param>
    /// <param name="rules">Those of its placement; null when this release has none, so that nothing else is decided.</param>
    public static HolderVerdict Check(HolderView view, IPlacementRules? rules)
    {
        if (view.Task.IsScheduled() && Unwanted(view.Task) is { } reason)
        {
            return HolderVerdict.TakeBack(reason);
        }

        return rules is null ? HolderVerdict.Keep
            : view.Task.IsScheduled() ? rules.JudgeAssignment(view)
            : view.Task.IsRunning() ? rules.JudgeRun(view)
            : HolderVerdict.Keep;
    }

    private static TakeBackReason? Unwanted(AgenticTask task) =>
        task.Spec.Cancel == true ? new(AttemptOutcome.Preempted, FailureReason.Cancelled.Value, "spec.cancel was set")
        : task.Spec.Suspend == true ? new(AttemptOutcome.Preempted, Reasons.Suspended, "spec.suspend was set")
        : null;
}
