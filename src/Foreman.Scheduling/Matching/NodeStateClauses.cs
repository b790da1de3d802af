using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>In which state a host takes another task.</summary>
internal static class NodeStateClauses
{
    /// <summary>How long a host that declined a task is left out for it.</summary>
    public static TimeSpan DeclinedPause { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The host's Lease is in this operator's namespace.</summary>
    public static ConstraintViolation? Managed(MatchContext context) => context.Node.Liveness != NodeLiveness.Unmanaged
        ? null
        : new ConstraintViolation(
            "without an agent",
            $"no Lease {Labels.LeaseName(context.Node.Name)} was seen",
            $"start foreman-agent on {context.Node.Name}, with the operator's --foreman-namespace");

    /// <summary>The agent renews its Lease.</summary>
    public static ConstraintViolation? Ready(MatchContext context) => context.Node.Liveness switch
    {
        NodeLiveness.Live or NodeLiveness.Unmanaged => null,
        NodeLiveness.Stopped => NotReady("its agent was stopped"),
        NodeLiveness.Dead => NotReady("its agent is silent"),
        _ => NotReady("its agent has not been heard of for a while"),
    };

    /// <summary>The admin lets the host take new tasks.</summary>
    public static ConstraintViolation? Cordoned(MatchContext context) => context.Node.Node.Spec is { Unschedulable: not true, Drain: null }
        ? null
        : new ConstraintViolation(
            "cordoned",
            context.Node.Node.Spec.Drain is { } drain ? $"spec.drain: {drain.Reason ?? "no reason given"}" : "spec.unschedulable is set",
            $"clear it on FleetNode {context.Node.Name}")
        { Temporary = true };

    /// <summary>The agent is not draining.</summary>
    public static ConstraintViolation? Draining(MatchContext context) =>
        context.Node.Node.Status?.Phase != FleetNodePhase.Draining || context.Node.Liveness != NodeLiveness.Live
            ? null
            : new ConstraintViolation("draining", "its agent was asked to stop", "start the agent again when it has stopped") { Temporary = true };

    /// <summary>The host itself takes work now.</summary>
    public static ConstraintViolation? Accepting(MatchContext context) => context.Node.Node.Status?.NotAccepting is not [var first, ..]
        ? null
        : new ConstraintViolation($"not accepting ({first.Reason})", NotAcceptingText(context.Node.Node.Status.NotAccepting), $"see status.notAccepting of FleetNode {context.Node.Name}")
        {
            Temporary = true,
        };

    /// <summary>All reasons of a host that accepts no tasks, for people.</summary>
    /// <param name="reasons">What the host says.</param>
    public static string NotAcceptingText(IReadOnlyList<NotAccepting> reasons) =>
        string.Join("; ", reasons.Select(r => string.IsNullOrEmpty(r.Message) ? r.Reason : $"{r.Reason}: {r.Message.Trim().TrimEnd('.')}"));

    /// <summary>The host has not left several assignments unclaimed; after a pause it gets a single one to show that it claims again.</summary>
    public static ConstraintViolation? Probation(MatchContext context) =>
        context.Node.Probation is { Failures: > 1 } probation
        && (context.Uptime < probation.Until || context.Node.Tasks.Any(t => t.IsScheduled()))
            ? new ConstraintViolation("on probation", $"{probation.Failures} assignments were left unclaimed", $"look at foreman-agent on {context.Node.Name}") { Temporary = true }
            : null;

    /// <summary>The host has not just declined this very task.</summary>
    public static ConstraintViolation? Declined(MatchContext context) =>
        context.Demand.Task.LastAttempt() is { } last
        && last.Outcome == AttemptOutcome.Declined
        && last.Node == context.Node.Name
        && context.Uptime - context.PendingSince < DeclinedPause
            ? new ConstraintViolation("which just declined", last.Reason ?? "no reason given", "wait") { Temporary = true }
            : null;

    /// <summary>The host has not just lost this very task for the second time or more: others go first, and it gets a pause.</summary>
    public static ConstraintViolation? LostHere(MatchContext context) =>
        LossesOn(context.Demand.Task, context.Node.Name, context.Placements) is var losses
        && context.Uptime - context.PendingSince < NodeProbations.Pause(losses)
            ? new ConstraintViolation("which lost this task before", $"{losses} of its runs were lost there", $"wait, or look at foreman-agent on {context.Node.Name}") { Temporary = true }
            : null;

    /// <summary>How many runs of a task a host has lost.</summary>
    public static int LossesOn(AgenticTask task, string node, PlacementRegistry placements) =>
        task.Status.Attempts.Count(a => a.IsLoss() && placements.HostOf(a) == node);

    /// <summary>One of the host's slots is free.</summary>
    public static ConstraintViolation? Slots(MatchContext context) => context.Node.FreeSlots > 0
        ? null
        : new ConstraintViolation(
            "with all slots taken",
            $"{context.Node.Tasks.Count} of {context.Node.Slots} in use",
            "wait, raise --max-concurrent-tasks, or add a host")
        { Temporary = true, Gap = 0 };

    private static ConstraintViolation NotReady(string detail) =>
        new("not ready", detail, "look at foreman-agent on that host") { Temporary = true };
}
