namespace Foreman.Scheduling;

/// <summary>All clauses of the match, in the order in which a miss is named.</summary>
internal static class Clauses
{
    public static IReadOnlyList<IClause> All { get; } =
    [
        new ManagedClause(),
        new NamespaceClause(),
        new RoleClause(),
        new NodeSelectorClause(),
        new AcceleratorClause(),
        new AcceleratorMemoryClause(),
        new RamClause(),
        new InstalledModelClause(),
        new ServedModelClause(),
        new ContextClause(),
        new SpeedClause(),
        new EndpointClause(),
        new ReadyClause(),
        new CordonClause(),
        new DrainClause(),
        new AcceptingClause(),
        new ProbationClause(),
        new DeclinedClause(),
        new SlotClause(),
    ];

    /// <summary>Every clause that does not pending; what never passes by itself comes first.</summary>
    public static IReadOnlyList<ConstraintViolation> Misses(MatchContext context) =>
        [.. All.Select(c => c.Check(context)).OfType<ConstraintViolation>().OrderBy(m => m.Temporary)];

    public static bool Match(MatchContext context) => All.All(c => c.Check(context) is null);
}
