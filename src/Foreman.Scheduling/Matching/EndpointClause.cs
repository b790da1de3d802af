using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The operator can reach the host's model server, when the task is to run in the operator.</summary>
internal sealed class EndpointClause : IClause
{
    public const string Summary = "with a model server that the operator cannot reach";

    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) =>
        context.Demand.Placement != Placement.Operator || PlacementChoice.ReachableUrl(context.Demand, context.Node) is not null
            ? null
            : new ConstraintViolation(
                Summary,
                "it listens on loopback only",
                $"let it listen wider and give the agent --inference-base-url-host-override, or set spec.placement to Node");
}
