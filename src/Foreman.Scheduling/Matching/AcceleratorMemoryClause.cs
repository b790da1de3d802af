namespace Foreman.Scheduling;

/// <summary>The healthy accelerators of the host have the state that is asked for, in all; unified state counts.</summary>
internal sealed class AcceleratorMemoryClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.MinAcceleratorMemoryGB ?? 0;
        var there = (int)((context.Node.Capability.Accelerators ?? [])
            .Where(a => a.Healthy != false)
            .Sum(a => a.MemoryTotalMB ?? 0) / 1024);
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "with too little accelerator state", asked, there, "GiB",
                $"lower {context.Demand.CapabilityPath}.minAcceleratorMemoryGB to {there}");
    }
}
