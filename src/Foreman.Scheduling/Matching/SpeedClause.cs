namespace Foreman.Scheduling;

/// <summary>The model, with the context that is asked for, is as fast as is asked for.</summary>
internal sealed class SpeedClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.MinTokensPerSecond ?? 0;
        var capability = context.Node.Capability;
        var candidates = context.Demand.NeedsNodeModel ? ModelChoice.Candidates(capability, context.Demand.WantedModel) : [];
        var there = candidates
            .Where(m => ModelChoice.ContextOf(capability, m) >= (context.Demand.Capability.MinContextTokens ?? 0))
            .Select(m => ModelChoice.SpeedOf(capability, m))
            .DefaultIfEmpty(capability.TokensPerSecond ?? 0)
            .Max();
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "too slow", asked, there, "tokens/s",
                $"lower {context.Demand.CapabilityPath}.minTokensPerSecond to {there}");
    }
}
