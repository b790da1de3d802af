namespace Foreman.Scheduling;

/// <summary>The host has the available RAM that is asked for.</summary>
internal sealed class RamClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.MinRAMGB ?? 0;
        var capability = context.Node.Capability;
        var there = capability.AvailableRAMGB ?? capability.TotalRAMGB ?? 0;
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "with too little available RAM", asked, there, "GiB",
                $"free state on {context.Node.Name}, or lower {context.Demand.CapabilityPath}.minRAMGB to {there}")
                with
            { Temporary = (capability.TotalRAMGB ?? 0) >= asked };
    }
}
