using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The agent is not draining.</summary>
internal sealed class DrainClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) =>
        context.Node.Node.Status?.Phase != FleetNodePhase.Draining || context.Node.Liveness != NodeLiveness.Live
            ? null
            : new ConstraintViolation("draining", "its agent was asked to stop", "start the agent again when it has stopped") { Temporary = true };
}
