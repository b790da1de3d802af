using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The host has the kind of accelerator that is asked for; any takes every host.</summary>
internal sealed class AcceleratorClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var asked = context.Demand.Capability.Accelerator ?? RequiredAccelerator.Any;
        var there = context.Node.Capability.Accelerator?.Value ?? Accelerator.None.Value;
        return asked == RequiredAccelerator.Any || asked.Value is null || string.Equals(asked.Value, there, StringComparison.Ordinal)
            ? null
            : new ConstraintViolation(
                "with another accelerator",
                $"{asked} asked, {there} there",
                $"set {context.Demand.CapabilityPath}.accelerator to any, or add a host with {asked}");
    }
}
