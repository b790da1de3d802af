namespace Foreman.Scheduling;

/// <summary>The model gives a task the context that is asked for.</summary>
internal sealed class ContextClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.MinContextTokens ?? 0;
        var capability = context.Node.Capability;
        var candidates = context.Demand.NeedsNodeModel ? ModelChoice.Candidates(capability, context.Demand.WantedModel) : [];
        var there = candidates.Count == 0
            ? capability.MaxContextTokens ?? 0
            : candidates.Max(m => ModelChoice.ContextOf(capability, m));
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "with too little context", asked, there, "tokens",
                $"start the model server on {context.Node.Name} with more context per slot, or lower {context.Demand.CapabilityPath}.minContextTokens to {there}");
    }
}
