using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// States that nobody of this release leaves a task in and nobody takes it out of: taken over from LLMKube's Foreman, or edited by
/// hand. Such a task is taken back after a while, in which another system may still end it.
/// </summary>
internal static class UnknownStates
{
    /// <summary>How long such a task is left to whoever put it there.</summary>
    public static TimeSpan Grace => LivenessRules.DeadAfter;

    /// <summary>Null when the state is an ordinary one.</summary>
    /// <param name="view">The task, neither Pending nor ended.</param>
    /// <param name="rules">Those of its placement; null when this release has none.</param>
    public static HolderDecision? Judge(HolderView view, IPlacementRules? rules)
    {
        if (WhyUnknown(view.Task, rules) is not { } what)
        {
            return null;
        }

        if (view.UndisturbedSince is not { } undisturbed)
        {
            return HolderDecision.Keep;
        }

        var due = (view.Since > undisturbed ? view.Since : undisturbed) + Grace;
        return view.Uptime < due
            ? HolderDecision.KeepUntil(due)
            : HolderDecision.TakeBack(new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, what));
    }

    /// <summary>True when nobody of this release leaves a task in this state.</summary>
    /// <param name="task">The task, neither Pending nor ended.</param>
    /// <param name="rules">Those of its placement; null when this release has none.</param>
    public static bool IsUnknown(AgenticTask task, IPlacementRules? rules) => WhyUnknown(task, rules) is not null;

    private static string? WhyUnknown(AgenticTask task, IPlacementRules? rules)
    {
        var (phase, status) = (task.PhaseOrPending(), task.Status);
        if (!task.IsScheduled() && !task.IsRunning())
        {
            return $"nobody of this release works on a task of phase \"{phase}\"";
        }

        if (status.Placement is not { Value.Length: > 0 } placement || placement == Placement.Auto)
        {
            return $"it was {phase} without a place in status.placement, so nobody can say who runs it";
        }

        // A task that is a container has a Job and no host.
        if (rules is not null && string.IsNullOrEmpty(status.AssignedNode) && !(rules.RunsInJob && task.Spec.Container is not null))
        {
            return $"it was {phase} without a host in status.assignedNode";
        }

        return task.IsRunning() && string.IsNullOrEmpty(status.Claim?.Holder) ? "it was Running and nobody had claimed it" : null;
    }
}
