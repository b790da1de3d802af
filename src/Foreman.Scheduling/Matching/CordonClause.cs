namespace Foreman.Scheduling;

/// <summary>The admin lets the host take new tasks.</summary>
internal sealed class CordonClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) => context.Node.Node.Spec is { Unschedulable: not true, Drain: null }
        ? null
        : new ConstraintViolation(
            "cordoned",
            context.Node.Node.Spec.Drain is { } drain ? $"spec.drain: {drain.Reason ?? "no reason given"}" : "spec.unschedulable is set",
            $"clear it on FleetNode {context.Node.Name}")
        { Temporary = true };
}
