using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Whether the operator takes a task back. The rules of its placement determine whether its holder is alive.</summary>
internal static class Rescuer
{
    public static HolderVerdict Check(HolderView view, IPlacementRules rules)
    {
        if (view.Task.IsScheduled())
        {
            return Unwanted(view.Task) is { } reason ? HolderVerdict.TakeBack(reason) : rules.JudgeAssignment(view);
        }

        return view.Task.IsRunning() ? rules.JudgeRun(view) : HolderVerdict.Keep;
    }

    private static TakeBackReason? Unwanted(AgenticTask task) =>
        task.Spec.Cancel == true ? new(AttemptOutcome.Preempted, FailureReason.Cancelled.Value, "spec.cancel was set")
        : task.Spec.Suspend == true ? new(AttemptOutcome.Preempted, Reasons.Suspended, "spec.suspend was set")
        : null;
}
