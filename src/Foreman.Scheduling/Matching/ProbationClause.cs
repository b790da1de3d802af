namespace Foreman.Scheduling;

/// <summary>The host has not lately left assignments unclaimed; after a while it gets one to show that it claims again.</summary>
internal sealed class ProbationClause : IClause
{
    /// <inheritdoc/>
    public Miss? Check(MatchContext context)
    {
        if (context.Node.Trial is not { Strikes: > 1 } trial)
        {
            return null;
        }

        return context.Uptime < trial.Until || context.Node.Tasks.Any(t => t.IsScheduled())
            ? new Miss("on probation", $"{trial.Strikes} assignments were left unclaimed", $"look at foreman-agent on {context.Node.Name}") { Temporary = true }
            : null;
    }
}
