namespace Foreman.Scheduling;

/// <summary>Hosts that can do the same tasks, as one number of slots.</summary>
/// <param name="Idle">Slots that no run holds.</param>
/// <param name="Owed">Runs beyond the slots that there are: as many ends of runs free none.</param>
/// <param name="Sets">Places of the sets that these hosts are in.</param>
internal sealed record CountedPool(int Idle, int Owed, int[] Sets);

/// <summary>Where tasks wait that the same hosts can do, within the same limits.</summary>
/// <param name="Set">Place of the set of hosts that can do them.</param>
/// <param name="Limits">Places of the limits of how many run at once.</param>
/// <param name="Windows">Places of the windows that they count for.</param>
internal sealed record CountedLane(int Set, int[] Limits, int[] Windows);

/// <summary>The window of a quota.</summary>
/// <param name="Left">What is left of it.</param>
/// <param name="Seconds">For how long a run counts after its end.</param>
/// <param name="Ended">What ended runs used of it, and in how many seconds it is rid of that.</param>
internal sealed record CountedWindow(QuotaUse Left, double Seconds, IReadOnlyList<(double At, QuotaUse Use)> Ended);

/// <summary>A run under way, or a task that waits.</summary>
internal sealed record CountedTask
{
    /// <summary>Place of its lane.</summary>
    public required int Lane { get; init; }

    /// <summary>Seconds that it runs, from now on: short, likely and long.</summary>
    public required IReadOnlyList<double> Length { get; init; }

    /// <summary>True for a run under way.</summary>
    public bool Runs { get; init; }

    /// <summary>Place of the pool of its host; -1 for a task that waits, and for a host that no other task can use.</summary>
    public int Pool { get; init; } = -1;

    /// <summary>Seconds for which it has run.</summary>
    public double Since { get; init; }

    /// <summary>Tokens that it uses.</summary>
    public long Tokens { get; init; }

    /// <summary>What is set aside for it in each window of its lane.</summary>
    public QuotaUse[] Needs { get; init; } = [];

    /// <summary>Places of the tasks that end before it starts.</summary>
    public int[] Upstream { get; init; } = [];
}

/// <summary>Runs and tasks, with what they share.</summary>
internal sealed record CountedCluster
{
    /// <summary>All hosts.</summary>
    public required CountedPool[] Pools { get; init; }

    /// <summary>For each set of hosts the places of its pools, those first that fewest others can use.</summary>
    public required int[][] Sets { get; init; }

    /// <summary>All lanes.</summary>
    public required CountedLane[] Lanes { get; init; }

    /// <summary>For each limit, how many run at once at most.</summary>
    public required int[] Limits { get; init; }

    /// <summary>All windows.</summary>
    public required CountedWindow[] Windows { get; init; }

    /// <summary>The runs, then the tasks in the order of the queue; the last one is asked about.</summary>
    public required CountedTask[] Tasks { get; init; }
}

/// <summary>
/// Tasks that take slots in their order, by numbers: a slot that becomes free gets the first task that its host can do and that no limit holds. Unlike a simulation it
/// knows hosts by what they can do only, and costs a look at each lane for each run.
/// </summary>
internal sealed class CountedQueue
{
    private readonly CountedCluster _cluster;
    private readonly int _length;
    private readonly int[] _idle;
    private readonly int[] _owed;
    private readonly int[] _idleOfSet;
    private readonly int[] _running;
    private readonly QuotaUse[] _left;
    private readonly int[] _pools;
    private readonly int[] _open;
    private readonly List<int>?[] _downstream;
    private readonly PriorityQueue<int, int>[] _lanes;
    private readonly PriorityQueue<(int Task, int Window, QuotaUse Use), double> _events = new();
    private double _now;

    private CountedQueue(CountedCluster cluster, int length)
    {
        (_cluster, _length) = (cluster, length);
        _idle = [.. cluster.Pools.Select(p => p.Idle)];
        _owed = [.. cluster.Pools.Select(p => p.Owed)];
        _idleOfSet = [.. cluster.Sets.Select(pools => pools.Sum(p => cluster.Pools[p].Idle))];
        _running = new int[cluster.Limits.Length];
        _left = [.. cluster.Windows.Select(w => w.Left)];
        _pools = [.. cluster.Tasks.Select(t => t.Pool)];
        _open = [.. cluster.Tasks.Select(t => t.Upstream.Length)];
        _downstream = new List<int>?[cluster.Tasks.Length];
        _lanes = [.. cluster.Lanes.Select(_ => new PriorityQueue<int, int>())];
        for (var window = 0; window < _left.Length; window++)
        {
            foreach (var (at, use) in cluster.Windows[window].Ended)
            {
                _events.Enqueue((-1, window, use), at);
            }
        }

        for (var task = 0; task < cluster.Tasks.Length; task++)
        {
            Add(task);
        }
    }

    /// <summary>In how many seconds the last task starts; null when it never does, and infinite when that is beyond <see cref="FleetSimulation.Longest"/>.</summary>
    /// <param name="cluster">Runs and tasks.</param>
    /// <param name="length">Which of the lengths runs have: 0 short, 1 likely, 2 long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static double? StartOfLast(CountedCluster cluster, int length, CancellationToken cancellationToken)
    {
        var queue = new CountedQueue(cluster, length);
        while (!queue.StartAll())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!queue.Next())
            {
                return null;
            }

            if (queue._now > FleetSimulation.Longest.TotalSeconds)
            {
                return double.PositiveInfinity;
            }
        }

        return queue._now;
    }

    private void Add(int task)
    {
        var counted = _cluster.Tasks[task];
        foreach (var upstream in counted.Upstream)
        {
            (_downstream[upstream] ??= []).Add(task);
        }

        if (counted.Runs)
        {
            CountRunning(task, 1);
            _events.Enqueue((task, -1, default), counted.Length[_length]);
        }
        else if (_open[task] == 0)
        {
            _lanes[counted.Lane].Enqueue(task, task);
        }
    }

    // True once the last task has started.
    private bool StartAll()
    {
        while (FirstToStart() is >= 0 and var task)
        {
            if (task == _cluster.Tasks.Length - 1)
            {
                return true;
            }

            Start(task);
        }

        return false;
    }

    private int FirstToStart()
    {
        var first = int.MaxValue;
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            if (_lanes[lane].TryPeek(out var task, out _) && task < first && MayStart(_cluster.Lanes[lane], _cluster.Tasks[task]))
            {
                first = task;
            }
        }

        return first == int.MaxValue ? -1 : first;
    }

    private bool MayStart(CountedLane lane, CountedTask task)
    {
        if (_idleOfSet[lane.Set] <= 0)
        {
            return false;
        }

        foreach (var limit in lane.Limits)
        {
            if (_running[limit] >= _cluster.Limits[limit])
            {
                return false;
            }
        }

        for (var i = 0; i < lane.Windows.Length; i++)
        {
            var (left, need) = (_left[lane.Windows[i]], task.Needs[i]);
            if (need.Tokens > left.Tokens || need.Seconds > left.Seconds)
            {
                return false;
            }
        }

        return true;
    }

    private void Start(int task)
    {
        var counted = _cluster.Tasks[task];
        var lane = _cluster.Lanes[counted.Lane];
        _lanes[counted.Lane].Dequeue();
        _pools[task] = Array.Find(_cluster.Sets[lane.Set], pool => _idle[pool] > 0);
        CountIdle(_pools[task], -1);
        CountRunning(task, 1);
        for (var i = 0; i < lane.Windows.Length; i++)
        {
            Release(lane.Windows[i], new(-counted.Needs[i].Tokens, -counted.Needs[i].Seconds));
        }

        _events.Enqueue((task, -1, default), _now + counted.Length[_length]);
    }

    // All that happens at the next moment; false when nothing does any more.
    private bool Next()
    {
        if (!_events.TryPeek(out _, out var at))
        {
            return false;
        }

        _now = at;
        while (_events.TryPeek(out var happens, out at) && at <= _now)
        {
            _events.Dequeue();
            if (happens.Task >= 0)
            {
                End(happens.Task);
            }
            else
            {
                Release(happens.Window, happens.Use);
            }
        }

        return true;
    }

    private void End(int task)
    {
        var counted = _cluster.Tasks[task];
        var (lane, pool) = (_cluster.Lanes[counted.Lane], _pools[task]);
        CountRunning(task, -1);
        if (pool >= 0 && _owed[pool] > 0)
        {
            _owed[pool]--;
        }
        else if (pool >= 0)
        {
            CountIdle(pool, 1);
        }

        // What was set aside is given back; what was used, once the window is over.
        var used = new QuotaUse(counted.Tokens, (long)Math.Ceiling(counted.Since + counted.Length[_length]));
        for (var i = 0; i < lane.Windows.Length; i++)
        {
            var window = lane.Windows[i];
            Release(window, counted.Needs[i].Plus(new(-used.Tokens, -used.Seconds)));
            _events.Enqueue((-1, window, used), _now + _cluster.Windows[window].Seconds);
        }

        foreach (var downstream in _downstream[task] ?? [])
        {
            if (--_open[downstream] == 0)
            {
                _lanes[_cluster.Tasks[downstream].Lane].Enqueue(downstream, downstream);
            }
        }
    }

    private void Release(int window, QuotaUse use) => _left[window] = _left[window].Plus(use);

    private void CountRunning(int task, int by)
    {
        foreach (var limit in _cluster.Lanes[_cluster.Tasks[task].Lane].Limits)
        {
            _running[limit] += by;
        }
    }

    private void CountIdle(int pool, int by)
    {
        _idle[pool] += by;
        foreach (var set in _cluster.Pools[pool].Sets)
        {
            _idleOfSet[set] += by;
        }
    }
}
