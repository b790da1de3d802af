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
            new StartAgent(context.Node.Name));

    /// <summary>The agent renews its Lease.</summary>
    public static ConstraintViolation? Ready(MatchContext context) => context.Node.Liveness switch
    {
        NodeLiveness.Live or NodeLiveness.Unmanaged => null,
        NodeLiveness.Stopped => NotReady(context, "its agent was stopped"),
        NodeLiveness.Dead => NotReady(context, "its agent is silent"),
        _ => NotReady(context, "its agent has not been heard of for a while"),
    };

    /// <summary>The admin lets the host take new tasks.</summary>
    public static ConstraintViolation? Cordoned(MatchContext context) => context.Node.Node.Spec is { Unschedulable: not true, Drain: null }
        ? null
        : new ConstraintViolation(
            "cordoned",
            context.Node.Node.Spec.Drain is { } drain ? $"spec.drain: {drain.Reason ?? "no reason given"}" : "spec.unschedulable is set",
            new Uncordon(context.Node.Name, context.Node.Node.Spec.Drain is not null, context.Node.Node.Spec.Unschedulable == true))
        { Temporary = true };

    /// <summary>The agent is not draining.</summary>
    public static ConstraintViolation? Draining(MatchContext context) =>
        context.Node.Node.Status?.Phase != FleetNodePhase.Draining || context.Node.Liveness != NodeLiveness.Live
            ? null
            : new ConstraintViolation("draining", "its agent was asked to stop", new RestartAgent(context.Node.Name)) { Temporary = true };

    /// <summary>The host itself takes work now.</summary>
    public static ConstraintViolation? Accepting(MatchContext context) => context.Node.Node.Status?.NotAccepting is not [var first, ..]
        ? null
        : new ConstraintViolation($"not accepting ({first.Reason})", NotAcceptingText(context.Node.Node.Status.NotAccepting), new Accept(context.Node.Name))
        {
            Temporary = true,
        };

    /// <summary>All reasons of a host that accepts no tasks, for people.</summary>
    /// <param name="reasons">What the host says.</param>
    public static string NotAcceptingText(IReadOnlyList<NotAccepting> reasons) =>
        string.Join("; ", reasons.Select(r => string.IsNullOrEmpty(r.Message) ? r.Reason : $"{r.Reason}: {r.Message.Trim().TrimEnd('.')}"));

    private static ConstraintViolation NotReady(MatchContext context, string detail) =>
        new("not ready", detail, new MendAgent(context.Node.Name)) { Temporary = true };
}
