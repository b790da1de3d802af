using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>One clause of the match between a task and a host: null when it holds.</summary>
internal delegate ConstraintViolation? Clause(MatchContext context);

/// <summary>What a clause looks at.</summary>
/// <param name="Demand">What the task asks.</param>
/// <param name="Node">What the host offers.</param>
/// <param name="Placements">Where runs can take place.</param>
/// <param name="Uptime">Time of the decision on the operator's own clock.</param>
/// <param name="PendingSince">Uptime since when the task has been waiting.</param>
internal sealed record MatchContext(Demand Demand, NodeView Node, PlacementRegistry Placements, TimeSpan Uptime, TimeSpan PendingSince)
{
    /// <summary>What the host can do, as it was probed.</summary>
    public NodeCapability Capability => Node.Capability;

    /// <summary>What the task requires of it.</summary>
    public RequiredCapability Required => Demand.Capability;
}

/// <summary>All clauses of the match, in the order in which a violation is named.</summary>
internal static class Clauses
{
    public static IReadOnlyList<Clause> All { get; } =
    [
        NodeStateClauses.Managed,
        SelectionClauses.Namespace,
        SelectionClauses.Roles,
        SelectionClauses.Labels,
        InputClauses.Host,
        ResourceClauses.Accelerator,
        ResourceClauses.AcceleratorMemory,
        ResourceClauses.Ram,
        ModelClauses.Installed,
        ModelClauses.Served,
        ModelClauses.Vision,
        ModelClauses.ToolCalls,
        ModelClauses.Context,
        ModelClauses.Speed,
        SandboxClauses.RunsCommands,
        RepositoryClauses.Local,
        static context => context.Placements.Check(context.Demand, context.Node),
        NodeStateClauses.Ready,
        NodeStateClauses.Cordoned,
        NodeStateClauses.Draining,
        NodeStateClauses.Accepting,
        NodeStateClauses.Probation,
        NodeStateClauses.Declined,
        NodeStateClauses.LostHere,
        NodeStateClauses.Slots,
    ];

    /// <summary>Every violation; those that don't pass by themselves come first.</summary>
    public static IReadOnlyList<ConstraintViolation> Violations(MatchContext context) =>
        [.. All.Select(c => c(context)).OfType<ConstraintViolation>().OrderBy(v => v.Temporary)];

    public static bool Match(MatchContext context) => All.All(c => c(context) is null);
}
