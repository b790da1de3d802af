using System.Runtime.InteropServices;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One decision's fleet against demands: tasks with equal demands are one class, which is judged once.</summary>
internal sealed class FleetMatch
{
    // Pairs of a demand and a host that are kept for the next decision; beyond that, demands are judged anew.
    private const int MostKept = 4_000_000;

    private readonly FleetJudge _judge;
    private readonly TimeSpan _uptime;
    private readonly FleetVerdicts _before;
    private readonly KnownHosts? _known;
    private readonly Dictionary<Demand, DemandVerdicts> _verdicts = [];
    private readonly Dictionary<Demand, DemandClass> _classes = [];
    private DemandLists? _lists;

    /// <param name="fleet">The hosts, with the tasks that they have at this moment.</param>
    /// <param name="settings">Where runs can take place, and what ranks weigh.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="before">What the last decision found.</param>
    public FleetMatch(FleetView fleet, SchedulerSettings settings, TimeSpan uptime, FleetVerdicts before)
    {
        (_judge, _uptime, _before) = (new(fleet.All, settings), uptime, before);
        _known = before.Known(_judge);
    }

    /// <summary>What was found of each class, for the next decision; to be asked once.</summary>
    public FleetVerdicts Verdicts => new(_judge, _verdicts.Count <= Most ? _verdicts : _verdicts.Take(Most).ToDictionary());

    /// <summary>How many demands are kept for the next decision at most.</summary>
    public int Most => Math.Max(1, MostKept / Math.Max(1, _judge.Fleet.Count));

    private DemandLists Lists => _lists ??= KnownLists();

    /// <summary>The class of a demand.</summary>
    public DemandClass Of(Demand demand)
    {
        var shared = Lists.Share(demand);
        return _classes.TryGetValue(shared, out var known) ? known : Add(_verdicts.GetValueOrDefault(shared) ?? Verdict(shared));
    }

    /// <summary>The class of verdicts of the last decision.</summary>
    /// <param name="before">The verdicts.</param>
    public DemandClass Of(DemandVerdicts before) => _classes.TryGetValue(before.Demand, out var known) ? known : Add(VerdictsOf(before));

    /// <summary>The verdicts of the last decision, about the present hosts.</summary>
    /// <param name="before">The verdicts.</param>
    public DemandVerdicts VerdictsOf(DemandVerdicts before)
    {
        // One look-up: the hash of a demand costs as much as most of what is asked here.
        ref var verdicts = ref CollectionsMarshal.GetValueRefOrAddDefault(_verdicts, before.Demand, out _);
        return verdicts ??= before.For(_judge, _known);
    }

    private DemandVerdicts Verdict(Demand shared)
    {
        var verdicts = _before.Find(shared) is { } old ? old.For(_judge, _known) : new DemandVerdicts(shared, _judge);
        _verdicts.Add(verdicts.Demand, verdicts);
        return verdicts;
    }

    private DemandClass Add(DemandVerdicts verdicts)
    {
        var added = new DemandClass(verdicts, _judge, _uptime);
        _classes.Add(verdicts.Demand, added);
        return added;
    }

    private DemandLists KnownLists()
    {
        var lists = new DemandLists();
        foreach (var demand in _before.Demands)
        {
            lists.Share(demand);
        }

        return lists;
    }
}

/// <summary>
/// What one decision found of the classes of its tasks, for the next one: a host whose object and liveness are the same is not judged again.
/// </summary>
internal sealed class FleetVerdicts
{
    private readonly (FleetNode Node, NodeLiveness Liveness)[] _hosts = [];
    private readonly PlacementRegistry? _placements;
    private readonly Dictionary<Demand, DemandVerdicts> _byDemand;
    private Dictionary<string, int>? _places;

    /// <param name="judge">The hosts of the decision.</param>
    /// <param name="verdicts">What was found of them; it is not changed any more.</param>
    public FleetVerdicts(FleetJudge judge, Dictionary<Demand, DemandVerdicts> verdicts)
    {
        _hosts = [.. judge.Fleet.Select(n => (n.Node, n.Liveness))];
        _placements = judge.Placements;
        _byDemand = verdicts;
    }

    private FleetVerdicts() => _byDemand = [];

    /// <summary>Nothing is known.</summary>
    public static FleetVerdicts None { get; } = new();

    /// <summary>The demands whose verdicts are here.</summary>
    public IEnumerable<Demand> Demands => _byDemand.Keys;

    // Whoever asks first makes it, always the same.
    private Dictionary<string, int> Places => _places ??= _hosts.Index().ToDictionary(h => h.Item.Node.Name(), h => h.Index, StringComparer.Ordinal);

    /// <summary>The verdicts of a demand; null when there are none.</summary>
    public DemandVerdicts? Find(Demand demand) => _byDemand.GetValueOrDefault(demand);

    /// <summary>Which hosts are those that were judged here; null when all are.</summary>
    /// <param name="judge">The hosts of the present decision.</param>
    public KnownHosts? Known(FleetJudge judge)
    {
        var places = new int[judge.Fleet.Count];
        var inPlace = judge.Fleet.Count == _hosts.Length && _placements == judge.Placements;
        for (var host = 0; host < places.Length; host++)
        {
            places[host] = _placements == judge.Placements ? PlaceOf(judge.Fleet[host], host) : -1;
            inPlace = inPlace && (places[host] == host || (places[host] < 0 && string.Equals(_hosts[host].Node.Name(), judge.Fleet[host].Name, StringComparison.Ordinal)));
        }

        return KnownHosts.Of(places, inPlace);
    }

    private int PlaceOf(NodeView node, int likely)
    {
        if (likely < _hosts.Length && IsSame(likely, node))
        {
            return likely;
        }

        return Places.TryGetValue(node.Name, out var place) && IsSame(place, node) ? place : -1;
    }

    private bool IsSame(int place, NodeView node) => ReferenceEquals(_hosts[place].Node, node.Node) && _hosts[place].Liveness == node.Liveness;
}

/// <summary>Which hosts of a decision were judged by an earlier one.</summary>
/// <param name="Places">The place that each host had then, and -1 for one that is to be judged.</param>
/// <param name="Others">The few that are to be judged, when all others have the place that they had; else null.</param>
internal sealed record KnownHosts(int[] Places, int[]? Others)
{
    // From here on it takes less to go through all hosts once.
    private const int MostOthers = 16;

    /// <summary>Null when all are the same.</summary>
    /// <param name="places">The place that each host had then, and -1 for one that is to be judged.</param>
    /// <param name="inPlace">True when the same names have the same places.</param>
    public static KnownHosts? Of(int[] places, bool inPlace)
    {
        if (!inPlace)
        {
            return new(places, null);
        }

        int[] others = [.. places.Index().Where(p => p.Item < 0).Select(p => p.Index)];
        return others.Length == 0 ? null : new(places, others.Length <= MostOthers ? others : null);
    }
}
