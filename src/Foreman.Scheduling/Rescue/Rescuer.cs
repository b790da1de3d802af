using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Whether the operator takes a task back. The rules of its placement determine whether its holder is alive.</summary>
internal static class Rescuer
{
    /// <summary>An assignment that is no longer wanted is taken back whatever its placement: no process has claimed it.</summary>
    /// <param name="view">The task and what is known of its holder.</param>
    /// <param name="rules">Those of its placement; null when this release has none, so that only limits and unknown states are judged.</param>
    /// <param name="agent">The Agent whose time-outs count.</param>
    public static HolderDecision Check(HolderView view, IPlacementRules? rules, AgentSpec agent)
    {
        if (view.Task.IsScheduled() && Unwanted(view.Task) is { } reason)
        {
            return HolderDecision.TakeBack(reason);
        }

        if (UnknownStates.Judge(view, rules) is { } decision)
        {
            return decision;
        }

        var verdict = rules is null ? HolderDecision.Keep : view.Task.IsScheduled() ? rules.JudgeAssignment(view) : rules.JudgeRun(view);
        return verdict.Reason is not null || (rules is not null && view.Task.IsScheduled())
            ? verdict
            : RunLimits.Judge(view, rules, agent).AndBy(verdict);
    }

    private static TakeBackReason? Unwanted(AgenticTask task) =>
        task.Spec.Cancel == true ? new(AttemptOutcome.Preempted, FailureReason.Cancelled.Value, "spec.cancel was set")
        : task.Spec.Suspend == true ? new(AttemptOutcome.Preempted, Reasons.Suspended, "spec.suspend was set")
        : null;
}
