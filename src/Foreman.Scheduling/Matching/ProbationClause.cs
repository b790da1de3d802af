namespace Foreman.Scheduling;

/// <summary>The host has not lately left assignments unclaimed; after a while it gets one to show that it claims again.</summary>
internal sealed class ProbationClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        if (context.Node.Probation is not { Failures: > 1 } probation)
        {
            return null;
        }

        return context.Uptime < probation.Until || context.Node.Tasks.Any(t => t.IsScheduled())
            ? new ConstraintViolation("on probation", $"{probation.Failures} assignments were left unclaimed", $"look at foreman-agent on {context.Node.Name}") { Temporary = true }
            : null;
    }
}
