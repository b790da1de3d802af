using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>One clause of the match between a demand and a host: null when it holds.</summary>
internal delegate ConstraintViolation? Clause(MatchContext context);

/// <summary>What a clause looks at.</summary>
/// <param name="Demand">What the task asks.</param>
/// <param name="Node">What the host offers.</param>
/// <param name="Placements">Where runs can take place.</param>
internal sealed record MatchContext(Demand Demand, NodeView Node, PlacementRegistry Placements)
{
    /// <summary>What the host can do, as it was probed.</summary>
    public NodeCapability Capability => Node.Capability;

    /// <summary>What the task requires of it.</summary>
    public RequiredCapability Required => Demand.Capability;

    /// <summary>The step by which the task asks for no more than there is.</summary>
    /// <param name="field">The field by which it asks.</param>
    /// <param name="there">What there is; null where that is not known, so that it must not ask at all.</param>
    public HintStep AskLess(string field, int? there) => new AskLess(Demand.CapabilityPath, field, there?.ToString(CultureInfo.InvariantCulture));
}

/// <summary>
/// The clauses between a demand and a host as it was read. They hold or not for every task with that demand and through a whole
/// decision; what tasks change while they are assigned, and what one task has against a host, is in <see cref="MomentClauses"/>.
/// </summary>
internal static class Clauses
{
    /// <summary>All of them, in the order in which a violation is named.</summary>
    public static IReadOnlyList<Clause> OfDemand => Ordered;

    private static readonly Clause[] Ordered =
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
        SandboxClauses.ReachesHosts,
        RepositoryClauses.Local,
        static context => context.Placements.Check(context.Demand, context.Node),
        NodeStateClauses.Ready,
        NodeStateClauses.Cordoned,
        NodeStateClauses.Draining,
        NodeStateClauses.Accepting,
    ];

    /// <summary>Every violation; those that don't pass by themselves come first.</summary>
    public static IReadOnlyList<ConstraintViolation> Violations(MatchContext context)
    {
        var violations = new List<ConstraintViolation>();
        var lasting = 0;
        foreach (var clause in Ordered)
        {
            if (clause(context) is not { } violation)
            {
                continue;
            }

            violations.Insert(violation.Temporary ? violations.Count : lasting, violation);
            lasting += violation.Temporary ? 0 : 1;
        }

        return violations;
    }

    /// <summary>True when every clause holds.</summary>
    public static bool Match(MatchContext context)
    {
        foreach (var clause in Ordered)
        {
            if (clause(context) is not null)
            {
                return false;
            }
        }

        return true;
    }
}
