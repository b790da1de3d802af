using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// When a task starts that more are before than can be played: by the slots that can do each class of tasks, the work before it, and the limits of Agents, model servers
/// and quotas. What ranks hosts and what stands behind the task plays no part, so that the spread is wider than what is counted.
/// </summary>
internal sealed class ApproximateStart
{
    // Which of its hosts a task gets, and what stands behind it, is not counted: it may start sooner or later by that, and by a run.
    private const double Sooner = 0.8;
    private const double Later = 1.25;

    // More than anything uses, and sums of it stay exact.
    private const long Plenty = 1L << 60;

    private readonly RunLengths _lengths;
    private readonly PlayedQuotas _quotas;
    private readonly DateTimeOffset _now;
    private readonly FleetView _fleet;
    private readonly FleetMatch _match;
    private readonly AgentIndex _agents;
    private readonly FixedServers _servers;
    private readonly ServerSlots _serverSlots;
    private readonly QuotaLedger? _ledger;
    private readonly List<CountedLane> _lanes = [];
    private readonly List<QuotaAccount[]> _windowsOfLanes = [];
    private readonly Dictionary<(DemandClass Like, QuotaAccount[] Accounts), int> _placesOfLanes = [];
    private readonly Dictionary<int[], int> _placesOfContents = new(SameNumbers.Comparer);
    private readonly Dictionary<int[], int> _sets = new(SameNumbers.Comparer);
    private readonly Dictionary<object, int> _placesOfLimits = [];
    private readonly List<int> _limits = [];
    private readonly List<QuotaAccount> _windows = [];
    private readonly Dictionary<RunLengths.Key, double[]> _lengthsOfKinds = [];

    /// <param name="cluster">The cluster as <see cref="ObservedCluster"/> makes it of what was read.</param>
    /// <param name="lengths">How long ended runs took.</param>
    /// <param name="quotas">What runs are taken to use.</param>
    /// <param name="now">Time of day.</param>
    public ApproximateStart(ClusterSnapshot cluster, RunLengths lengths, PlayedQuotas quotas, DateTimeOffset now)
    {
        (_lengths, _quotas, _now) = (lengths, quotas, now);
        var live = cluster with { Nodes = [.. cluster.Nodes.Where(FleetSimulation.IsLive)] };
        _fleet = FleetView.From(live, LeaseWatch.Observe(live, new RequeueTimer(live.Uptime)));
        _match = new FleetMatch(_fleet, cluster.Settings, cluster.Uptime, FleetVerdicts.None);
        _agents = new AgentIndex(cluster.Agents, cluster.Settings);
        _servers = new FixedServers(live);
        _serverSlots = new ServerSlots(live, TaskLists.Of(live).Holding, _fleet);
        _ledger = QuotaLedger.Of(cluster, now);
    }

    /// <summary>When a task starts.</summary>
    /// <param name="running">The tasks that hold slots.</param>
    /// <param name="before">The tasks before it, in the order of the queue.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The estimate, or why there is none: a sentence without its full stop.</returns>
    public (StartEstimate? Estimate, string? Unknown) Of(IReadOnlyList<AgenticTask> running, IReadOnlyList<AgenticTask> before, AgenticTask task, CancellationToken cancellationToken)
    {
        if (_lengths.All.Count == 0)
        {
            return (null, "no run has ended yet");
        }

        var counted = Count(running, before, task, cancellationToken);
        var starts = new double[3];
        for (var length = 0; length < starts.Length; length++)
        {
            if (CountedQueue.StartOfLast(counted, length, cancellationToken) is not { } start)
            {
                return (null, StartEstimate.NeverStarts);
            }

            starts[length] = start;
        }

        Array.Sort(starts);
        var run = counted.Tasks.SkipLast(1).Select(t => t.Length[1]).DefaultIfEmpty().Average();
        var (early, late) = (Math.Max(0, (starts[0] * Sooner) - run), (starts[2] * Later) + run);
        return late <= FleetSimulation.Longest.TotalSeconds
            ? (new(TimeSpan.FromSeconds(early), TimeSpan.FromSeconds(starts[1]), TimeSpan.FromSeconds(late), RunsBehind(running.Concat(before))) { IsApproximate = true }, null)
            : (null, StartEstimate.TooFar);
    }

    private int RunsBehind(IEnumerable<AgenticTask> tasks)
    {
        RunLengths.Key[] kinds = [.. tasks.Select(RunLengths.KeyOf).Distinct()];
        return kinds.Any(k => _lengths.Of(k).Count == 0) ? _lengths.All.Count : kinds.Sum(k => _lengths.Of(k).Count);
    }

    private CountedCluster Count(IReadOnlyList<AgenticTask> running, IReadOnlyList<AgenticTask> before, AgenticTask task, CancellationToken cancellationToken)
    {
        AgenticTask[] waiting = [.. before, task];
        var places = running.Concat(waiting).Index().ToDictionary(t => ObjectKey.Of(t.Item), t => t.Index);
        var tasks = new List<CountedTask>(places.Count);
        foreach (var run in running)
        {
            tasks.Add(Running(run));
        }

        foreach (var (index, waits) in waiting.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            tasks.Add(Waiting(waits, places) with { Length = index == before.Count ? [0, 0, 0] : LengthOf(waits) });
        }

        var (pools, poolOfHost, sets) = Pools(running);
        for (var i = 0; i < running.Count; i++)
        {
            tasks[i] = tasks[i] with { Pool = HostOf(running[i]) is >= 0 and var host ? poolOfHost[host] : -1 };
        }

        return new()
        {
            Pools = pools,
            Sets = sets,
            Lanes = [.. _lanes],
            Limits = [.. _limits],
            Windows = [.. _windows.Select(WindowOf)],
            Tasks = [.. tasks],
        };
    }

    private CountedTask Running(AgenticTask task)
    {
        var lane = LaneOf(task);
        var since = task.RunsSince() is { } begun && begun < _now ? _now - begun : TimeSpan.Zero;
        var lengths = _lengths.Of(task) is { Count: > 0 } known ? known : _lengths.All;
        return new()
        {
            Lane = lane,
            Length = [.. StartEstimate.Parts.Select(part => StartEstimate.WithinBudget(task, RunLengths.LeftOf(lengths, since, part), since).TotalSeconds)],
            Runs = true,
            Since = since.TotalSeconds,
            Tokens = _quotas.TokensOf(task).All,
            Needs = [.. _windowsOfLanes[lane].Select(a => _ledger!.ReservedFor(a, task, _now))],
        };
    }

    private CountedTask Waiting(AgenticTask task, Dictionary<ObjectKey, int> places)
    {
        var lane = LaneOf(task);
        return new()
        {
            Lane = lane,
            Length = [],
            Tokens = _quotas.TokensOf(task).All,
            Needs = [.. _windowsOfLanes[lane].Select(a => _ledger!.NeedOf(a, task))],
            Upstream = task.Spec.DependsOn is not { Count: > 0 } names ? [] :
            [
                .. names.Distinct(StringComparer.Ordinal)
                    .Select(name => places.TryGetValue(new ObjectKey(task.Namespace(), name), out var place) ? place : -1).Where(place => place >= 0),
            ],
        };
    }

    private double[] LengthOf(AgenticTask task)
    {
        var kind = RunLengths.KeyOf(task);
        if (!_lengthsOfKinds.TryGetValue(kind, out var lengths))
        {
            _lengthsOfKinds.Add(kind, lengths = LengthsOf(_lengths.Of(kind) is { Count: > 0 } known ? known : _lengths.All));
        }

        return task.SecondsLeft() is null ? lengths : [.. lengths.Select(l => StartEstimate.WithinBudget(task, TimeSpan.FromSeconds(l)).TotalSeconds)];
    }

    // Of very many runs the mean counts, and not the one in the middle.
    private static double[] LengthsOf(IReadOnlyList<TimeSpan> sorted)
    {
        var (first, last) = (RunLengths.PartOf(sorted, StartEstimate.Parts[0]).TotalSeconds, RunLengths.PartOf(sorted, StartEstimate.Parts[^1]).TotalSeconds);
        return [first, Math.Clamp(sorted.Average(l => l.TotalSeconds), first, last), last];
    }

    private int LaneOf(AgenticTask task)
    {
        var agent = _agents.Of(task);
        var server = _servers.Find(task, agent);
        var key = (Like: _match.Of(DemandReader.Read(task, agent, server)), Accounts: _ledger?.AccountsOf(task) ?? []);
        if (_placesOfLanes.TryGetValue(key, out var place))
        {
            return place;
        }

        QuotaAccount[] windows = [.. key.Accounts.Where(a => a.Quota.HasWindow)];
        var lane = new CountedLane(SetOf(key.Like), [.. LimitsOf(task, agent, server, key.Accounts)], [.. windows.Select(PlaceOfWindow)]);

        // However many demands there are, those that the same hosts can do within the same limits wait in one lane.
        int[] content = [lane.Set, .. lane.Limits, -1, .. lane.Windows];
        if (!_placesOfContents.TryGetValue(content, out place))
        {
            _placesOfContents.Add(content, place = _lanes.Count);
            _lanes.Add(lane);
            _windowsOfLanes.Add(windows);
        }

        _placesOfLanes.Add(key, place);
        return place;
    }

    private IEnumerable<int> LimitsOf(AgenticTask task, Agent? agent, FixedServers.Answer server, QuotaAccount[] accounts)
    {
        if (agent?.Spec.MaxConcurrentTasks is { } most)
        {
            yield return PlaceOfLimit(ObjectKey.Of(agent), most);
        }

        if (_serverSlots.BoundOf(task.Spec.Kind.AsksModel, server.Server) is { } bound)
        {
            yield return PlaceOfLimit(bound.Key, bound.Most);
        }

        foreach (var account in accounts)
        {
            if (account.Quota.MaxRunning is { } running)
            {
                yield return PlaceOfLimit(account, running);
            }
        }
    }

    private int PlaceOfLimit(object key, int most)
    {
        if (!_placesOfLimits.TryGetValue(key, out var place))
        {
            _placesOfLimits.Add(key, place = _limits.Count);
            _limits.Add(most);
        }

        return place;
    }

    private int PlaceOfWindow(QuotaAccount account)
    {
        var place = _windows.IndexOf(account);
        if (place < 0)
        {
            place = _windows.Count;
            _windows.Add(account);
        }

        return place;
    }

    private CountedWindow WindowOf(QuotaAccount account)
    {
        var (quota, had) = (account.Quota, account.Used.Plus(account.Reserved));
        return new(
            new((quota.TokensPerWindow ?? Plenty) - had.Tokens, (quota.SecondsPerWindow ?? Plenty) - had.Seconds),
            quota.Window.TotalSeconds,
            [.. account.Ended.Select(e => ((e.FreesAt - _now).TotalSeconds, e.Use))]);
    }

    private int SetOf(DemandClass like)
    {
        int[] hosts = [.. like.Verdicts.Fitting.Select(f => f.Host)];
        if (!_sets.TryGetValue(hosts, out var set))
        {
            _sets.Add(hosts, set = _sets.Count);
        }

        return set;
    }

    private int HostOf(AgenticTask task)
    {
        var name = task.Status.AssignedNode;
        var (low, high) = (0, _fleet.All.Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = string.CompareOrdinal(_fleet.All[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    // Hosts that are in the same sets are one pool.
    private (CountedPool[] Pools, int[] PoolOfHost, int[][] Sets) Pools(IReadOnlyList<AgenticTask> running)
    {
        List<int>[] setsOfHosts = [.. _fleet.All.Select(_ => new List<int>())];
        foreach (var (hosts, set) in _sets.OrderBy(s => s.Value))
        {
            foreach (var host in hosts)
            {
                setsOfHosts[host].Add(set);
            }
        }

        var runs = running.Select(HostOf).Where(host => host >= 0).CountBy(host => host).ToDictionary();
        var (places, pools, poolOfHost) = (new Dictionary<int[], int>(SameNumbers.Comparer), new List<CountedPool>(), new int[_fleet.All.Count]);
        for (var host = 0; host < poolOfHost.Length; host++)
        {
            int[] sets = [.. setsOfHosts[host]];
            if (!places.TryGetValue(sets, out var pool))
            {
                places.Add(sets, pool = pools.Count);
                pools.Add(new(0, 0, sets));
            }

            var free = _fleet.All[host].Slots - runs.GetValueOrDefault(host);
            pools[pool] = pools[pool] with { Idle = pools[pool].Idle + Math.Max(0, free), Owed = pools[pool].Owed + Math.Max(0, -free) };
            poolOfHost[host] = pool;
        }

        var bySet = pools.Index().SelectMany(p => p.Item.Sets, (p, set) => (Set: set, Pool: p.Index)).ToLookup(p => p.Set, p => p.Pool);
        return ([.. pools], poolOfHost, [.. Enumerable.Range(0, _sets.Count).Select(set => bySet[set].OrderBy(p => pools[p].Sets.Length).ToArray())]);
    }

    /// <summary>Lists of numbers are equal when they have the same ones in the same order.</summary>
    private sealed class SameNumbers : IEqualityComparer<int[]>
    {
        public static SameNumbers Comparer { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(int[] obj)
        {
            var hash = default(HashCode);
            foreach (var number in obj)
            {
                hash.Add(number);
            }

            return hash.ToHashCode();
        }
    }
}
