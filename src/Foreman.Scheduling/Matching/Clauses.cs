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

/// <summary>A clause, and what of a demand it looks at.</summary>
/// <param name="Clause">The clause.</param>
/// <param name="Part">
/// What it looks at, so that demands of which this is equal get the same answer but for its words (detail and step); null where it looks at nothing, or holds with every host.
/// </param>
internal sealed record OrderedClause(Clause Clause, Func<Demand, PlacementRegistry, object?> Part);

/// <summary>
/// The clauses between a demand and a host as it was read. They hold or not for every task with that demand and through a whole
/// decision; what tasks change while they are assigned, and what one task has against a host, is in <see cref="MomentClauses"/>.
/// </summary>
internal static class Clauses
{
    /// <summary>All of them, in the order in which a violation is named.</summary>
    public static IReadOnlyList<OrderedClause> InOrder => Ordered;

    private static readonly OrderedClause[] Ordered =
    [
        new(NodeStateClauses.Managed, static (_, _) => null),
        new(SelectionClauses.Namespace, static (demand, _) => demand.Namespace),
        new(SelectionClauses.Roles, static (demand, _) => demand.Capability.Roles),
        new(SelectionClauses.Labels, static (demand, _) => demand.Capability.NodeSelector),
        new(InputClauses.Host, static (demand, _) => demand.HostFiles),
        new(ResourceClauses.Accelerator, static (demand, _) => demand.Capability.Accelerator),
        new(ResourceClauses.AcceleratorMemory, static (demand, _) => demand.Capability.MinAcceleratorMemoryGB),
        new(ResourceClauses.Ram, static (demand, _) => demand.Capability.MinRAMGB),
        new(ModelClauses.Installed, static (demand, _) => demand.Capability.RequiresModelInstalled == true ? (true, demand.WantedModel) : null),
        new(ModelClauses.Served, static (demand, _) => demand.NeedsNodeModel ? (true, demand.WantedModel) : null),
        new(ModelClauses.Vision, static (demand, _) => demand is { NeedsVision: true, NeedsNodeModel: true } ? (true, demand.WantedModel) : null),
        new(ModelClauses.ToolCalls, static (demand, _) => demand.NeedsTools ? (demand.FixedServer, demand.WantedModel, demand.NeedsVision) : null),
        new(ModelClauses.Context, static (demand, _) => demand.Capability.MinContextTokens is > 0 ? (demand.NeedsNodeModel, ModelChoice.AskedBy(demand)) : null),
        new(ModelClauses.Speed, static (demand, _) => demand.Capability.MinTokensPerSecond is > 0 ? (demand.NeedsNodeModel, ModelChoice.AskedBy(demand)) : null),
        new(SandboxClauses.RunsCommands, static (demand, placements) => demand.CommandTools.Count > 0 ? (true, placements.PartOf(demand)) : null),
        new(SandboxClauses.ReachesHosts, static (demand, placements) => demand.Agent is { Spec.Egress.Count: > 0 } ? (demand.CommandTools, placements.PartOf(demand)) : null),
        new(RepositoryClauses.Local, static (demand, _) => demand.FolderHost),
        new(static context => context.Placements.Check(context.Demand, context.Node), static (demand, placements) => placements.PartOf(demand)),
        new(NodeStateClauses.Ready, static (_, _) => null),
        new(NodeStateClauses.Cordoned, static (_, _) => null),
        new(NodeStateClauses.Draining, static (_, _) => null),
        new(NodeStateClauses.Accepting, static (_, _) => null),
    ];

    /// <summary>Every violation; those that don't pass by themselves come first.</summary>
    public static IReadOnlyList<ConstraintViolation> Violations(MatchContext context)
    {
        var violations = new List<ConstraintViolation>();
        var lasting = 0;
        foreach (var (clause, _) in Ordered)
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
}
