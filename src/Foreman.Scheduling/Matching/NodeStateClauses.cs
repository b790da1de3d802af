using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>In which state a host takes tasks at all.</summary>
internal static class NodeStateClauses
{
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

    private static ConstraintViolation NotReady(string detail) =>
        new("not ready", detail, "look at foreman-agent on that host") { Temporary = true };
}
