namespace Foreman.Scheduling;

/// <summary>
/// The hosts of one decision before the clauses. A clause is asked about a host once for all demands of which it looks at the same, and what it says of a demand is put
/// together from that; the words are made for the hosts that are named only.
/// </summary>
/// <param name="fleet">All hosts, in order of their names.</param>
/// <param name="settings">Where runs can take place, and what ranks weigh.</param>
internal sealed class FleetJudge(IReadOnlyList<NodeView> fleet, SchedulerSettings settings)
{
    private readonly Dictionary<(int Clause, object? Part), ClauseColumn> _columns = [];
    private readonly Dictionary<Shortfall, Shortfall> _shortfalls = [];
    private readonly Dictionary<HostMisfit, HostMisfit> _misfits = [];
    private (Demand? Demand, ClauseColumn[] Columns) _last = (null, []);

    /// <summary>All hosts, in order of their names.</summary>
    public IReadOnlyList<NodeView> Fleet => fleet;

    /// <summary>Where runs can take place.</summary>
    public PlacementRegistry Placements { get; } = settings.Placements;

    /// <summary>What the terms of a rank weigh.</summary>
    public RankWeights Weights { get; } = settings.Rank;

    /// <summary>Every violation in words; those that don't pass by themselves come first.</summary>
    /// <param name="demand">The demand.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public IReadOnlyList<ConstraintViolation> Violations(Demand demand, int host) => Clauses.Violations(new(demand, fleet[host], Placements));

    /// <summary>True when every clause holds.</summary>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public bool Fits(Demand demand, int host) => Fits(ColumnsOf(demand), host);

    /// <summary>The hosts with which every clause holds, by their places.</summary>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    public bool[] Fits(Demand demand)
    {
        var (columns, fits) = (ColumnsAgainst(demand), new bool[fleet.Count]);
        for (var host = 0; host < fits.Length; host++)
        {
            fits[host] = Fits(columns, host);
        }

        return fits;
    }

    /// <summary>The violations in numbers.</summary>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public HostMisfit Misfit(Demand demand, int host) => Misfit(ColumnsOf(demand), host);

    /// <summary>The violations of all hosts in numbers, by their places.</summary>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    public HostMisfit[] Misfits(Demand demand)
    {
        var (columns, misfits) = (ColumnsAgainst(demand), new HostMisfit[fleet.Count]);
        for (var host = 0; host < misfits.Length; host++)
        {
            misfits[host] = Misfit(columns, host);
        }

        return misfits;
    }

    private static bool Fits(ClauseColumn[] columns, int host)
    {
        foreach (var column in columns)
        {
            if (column.Of(host) is not null)
            {
                return false;
            }
        }

        return true;
    }

    // Most hosts of a fleet are off by the same, and share what says so.
    private HostMisfit Misfit(ClauseColumn[] columns, int host)
    {
        var misfit = HostMisfit.Of(columns, host);
        if (misfit.All == 0)
        {
            return misfit;
        }

        if (!_misfits.TryGetValue(misfit, out var shared))
        {
            _misfits.Add(misfit, shared = misfit);
        }

        return shared;
    }

    // All hosts are asked by these; the clauses that hold with each of them need not be looked at again for each.
    private ClauseColumn[] ColumnsAgainst(Demand demand) => [.. ColumnsOf(demand).Where(c => !c.HoldsForAll)];

    private ClauseColumn[] ColumnsOf(Demand demand)
    {
        if (!ReferenceEquals(_last.Demand, demand))
        {
            _last = (demand, [.. Clauses.InOrder.Select((clause, place) => ColumnOf(clause, place, demand))]);
        }

        return _last.Columns;
    }

    private ClauseColumn ColumnOf(OrderedClause clause, int place, Demand demand)
    {
        var key = (place, clause.Part(demand, Placements));
        if (!_columns.TryGetValue(key, out var column))
        {
            _columns.Add(key, column = NewColumn(clause.Clause, demand));
        }

        return column;
    }

    private ClauseColumn NewColumn(Clause clause, Demand demand) => new(host => Ask(clause, demand, host), fleet.Count);

    private Shortfall? Ask(Clause clause, Demand demand, int host)
    {
        if (clause(new(demand, fleet[host], Placements)) is not { } violation)
        {
            return null;
        }

        var shortfall = Shortfall.Of(violation);
        if (!_shortfalls.TryGetValue(shortfall, out var shared))
        {
            _shortfalls.Add(shortfall, shared = shortfall);
        }

        return shared;
    }
}
