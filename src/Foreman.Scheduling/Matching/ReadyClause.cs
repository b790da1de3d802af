namespace Foreman.Scheduling;

/// <summary>The agent is heard of.</summary>
internal sealed class ReadyClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) => context.Node.Liveness switch
    {
        NodeLiveness.Live or NodeLiveness.Unmanaged => null,
        NodeLiveness.Stopped => NotReady("its agent was stopped"),
        NodeLiveness.Dead => NotReady("its agent is silent"),
        _ => NotReady("its agent has not been heard of for a while"),
    };

    private static ConstraintViolation NotReady(string detail) =>
        new("not ready", detail, "look at foreman-agent on that host") { Temporary = true };
}
