using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The host's Lease lies in this operator's namespace.</summary>
internal sealed class ManagedClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) => context.Node.Liveness != NodeLiveness.Unmanaged
        ? null
        : new ConstraintViolation(
            "without an agent",
            $"no Lease {Labels.LeaseName(context.Node.Name)} was seen",
            $"start foreman-agent on {context.Node.Name}, with the operator's --foreman-namespace");
}
