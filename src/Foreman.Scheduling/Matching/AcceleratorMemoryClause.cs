namespace Foreman.Scheduling;

/// <summary>The healthy accelerators of the host have the memory that is asked for, in all; unified memory counts.</summary>
internal sealed class AcceleratorMemoryClause : IClause
{
    /// <inheritdoc/>
    public Miss? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.MinAcceleratorMemoryGB ?? 0;
        var there = (int)((context.Node.Capability.Accelerators ?? [])
            .Where(a => a.Healthy != false)
            .Sum(a => a.MemoryTotalMB ?? 0) / 1024);
        return there >= asked
            ? null
            : Miss.Short(
                "with too little accelerator memory", asked, there, "GiB",
                $"lower {context.Demand.CapabilityPath}.minAcceleratorMemoryGB to {there}");
    }
}
