using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>One decision's fleet against demands: tasks with equal demands are one class, which is judged once.</summary>
internal sealed class FleetMatch
{
    // Pairs of a demand and a host that are kept for the next decision; beyond that, demands are judged anew.
    private const int MostKept = 4_000_000;

    private readonly FleetJudge _judge;
    private readonly TimeSpan _uptime;
    private readonly FleetVerdicts _before;
    private readonly int[]? _same;
    private readonly Dictionary<Demand, DemandClass> _classes = [];
    private readonly DemandLists _lists = new();

    /// <param name="fleet">The hosts, with the tasks that they have at this moment.</param>
    /// <param name="settings">Where runs can take place, and what ranks weigh.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="before">What the last decision found.</param>
    public FleetMatch(FleetView fleet, SchedulerSettings settings, TimeSpan uptime, FleetVerdicts before)
    {
        (_judge, _uptime, _before) = (new(fleet.All, settings), uptime, before);
        _same = before.Same(_judge);
        foreach (var demand in before.Demands)
        {
            _lists.Share(demand);
        }
    }

    /// <summary>What was found of each class, for the next decision.</summary>
    public FleetVerdicts Verdicts => new(_judge, _classes.Values.Take(Math.Max(1, MostKept / Math.Max(1, _judge.Fleet.Count))).Select(c => c.Verdicts));

    /// <summary>The class of a demand.</summary>
    public DemandClass Of(Demand demand)
    {
        var shared = _lists.Share(demand);
        if (!_classes.TryGetValue(shared, out var known))
        {
            var verdicts = _before.Find(shared) is { } old ? old.For(_judge, _same) : new DemandVerdicts(shared, _judge);
            _classes.Add(shared, known = new(verdicts, _judge, _uptime));
        }

        return known;
    }
}

/// <summary>The hosts of one decision before the clauses.</summary>
/// <param name="fleet">All hosts, in order of their names.</param>
/// <param name="settings">Where runs can take place, and what ranks weigh.</param>
internal sealed class FleetJudge(IReadOnlyList<NodeView> fleet, SchedulerSettings settings)
{
    private readonly Dictionary<HostMisfit, HostMisfit> _misfits = [];

    /// <summary>All hosts, in order of their names.</summary>
    public IReadOnlyList<NodeView> Fleet => fleet;

    /// <summary>Where runs can take place.</summary>
    public PlacementRegistry Placements { get; } = settings.Placements;

    /// <summary>What the terms of a rank weigh.</summary>
    public RankWeights Weights { get; } = settings.Rank;

    /// <summary>True when every clause holds.</summary>
    /// <param name="demand">The demand.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public bool Fits(Demand demand, int host) => Clauses.Match(new(demand, fleet[host], Placements));

    /// <summary>Every violation; those that don't pass by themselves come first.</summary>
    /// <param name="demand">The demand.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public IReadOnlyList<ConstraintViolation> Violations(Demand demand, int host) => Clauses.Violations(new(demand, fleet[host], Placements));

    /// <summary>The violations in numbers. Most hosts of a fleet are off by the same, and share what says so.</summary>
    /// <param name="demand">The demand.</param>
    /// <param name="host">Place of the host in the fleet.</param>
    public HostMisfit Misfit(Demand demand, int host)
    {
        var misfit = HostMisfit.Of(Violations(demand, host));
        if (!_misfits.TryGetValue(misfit, out var shared))
        {
            _misfits.Add(misfit, shared = misfit);
        }

        return shared;
    }
}

/// <summary>
/// What one decision found of the classes of its tasks, for the next one: a host whose object and liveness are the same is not judged again.
/// </summary>
internal sealed class FleetVerdicts
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly (FleetNode Node, NodeLiveness Liveness)[] _hosts = [];
    private readonly PlacementRegistry? _placements;
    private readonly Dictionary<Demand, DemandVerdicts> _byDemand = [];

    /// <param name="judge">The hosts of the decision.</param>
    /// <param name="verdicts">What was found of them.</param>
    public FleetVerdicts(FleetJudge judge, IEnumerable<DemandVerdicts> verdicts)
    {
        _hosts = [.. judge.Fleet.Select(n => (n.Node, n.Liveness))];
        _placements = judge.Placements;
        _byDemand = verdicts.ToDictionary(v => v.Demand);
        foreach (var (place, node) in judge.Fleet.Index())
        {
            _places[node.Name] = place;
        }
    }

    private FleetVerdicts()
    {
    }

    /// <summary>Nothing is known.</summary>
    public static FleetVerdicts None { get; } = new();

    /// <summary>The demands whose verdicts are here.</summary>
    public IEnumerable<Demand> Demands => _byDemand.Keys;

    /// <summary>The verdicts of a demand; null when there are none.</summary>
    public DemandVerdicts? Find(Demand demand) => _byDemand.GetValueOrDefault(demand);

    /// <summary>The place that each host had here, and -1 for one that is to be judged; null when all are the same.</summary>
    /// <param name="judge">The hosts of the present decision.</param>
    public int[]? Same(FleetJudge judge)
    {
        var same = judge.Fleet.Select(PlaceOf).ToArray();
        return _placements != judge.Placements ? [.. same.Select(_ => -1)]
            : same.Length == _hosts.Length && same.Index().All(s => s.Index == s.Item) ? null
            : same;
    }

    private int PlaceOf(NodeView node) =>
        _places.TryGetValue(node.Name, out var place) && ReferenceEquals(_hosts[place].Node, node.Node) && _hosts[place].Liveness == node.Liveness ? place : -1;
}
