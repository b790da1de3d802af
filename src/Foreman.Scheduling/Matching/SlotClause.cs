namespace Foreman.Scheduling;

/// <summary>One of the host's slots is free.</summary>
internal sealed class SlotClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) => context.Node.FreeSlots > 0
        ? null
        : new ConstraintViolation(
            "with all slots taken",
            $"{context.Node.Tasks.Count} of {context.Node.Slots} in use",
            "wait, raise --max-concurrent-tasks, or add a host")
        { Temporary = true, Gap = 0 };
}
