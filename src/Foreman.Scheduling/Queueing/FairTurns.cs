using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Gives waiting tasks their turns: the larger priority first, then the queue that has had least, counted on as tasks get
/// slots, then that of the oldest task. Within a queue what goes on with begun work goes first, then what has its model in memory, until a task was overtaken by as
/// many later ones as <see cref="FairShareSettings.MostOvertaking"/> says. Tasks that no host takes come after all others of their priority, and hold nobody up.
/// </summary>
internal sealed class FairTurns
{
    private readonly QueueEntry[] _waiting;
    private readonly TaskIndex _index;
    private readonly int _mostOvertaking;
    private readonly Func<QueueShares> _newShares;
    private readonly List<AgenticTask> _charged = [];
    private readonly PriorityQueue<TurnLane, Turn> _lanes = new();
    private readonly List<QueueEntry> _others = [];
    private readonly PriorityQueue<QueueEntry, QueueEntry> _followers = new();
    private QueueShares? _shares;
    private Dictionary<(QueueKey Queue, int Priority), QueueEntry[]>? _started;
    private TurnLane? _current;
    private int _next;
    private int _nextOther;
    private bool _isInOrder = true;
    private bool _hasQueues;

    /// <param name="waiting">The tasks that wait, with their classes; null for one that can't start, whatever hosts there are.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="settings">How slots are shared.</param>
    /// <param name="shares">Makes what queues have had; asked once, and only where hosts take tasks of several queues that have the same priority.</param>
    public FairTurns(IEnumerable<QueueEntry> waiting, TaskIndex index, FairShareSettings settings, Func<QueueShares> shares) =>
        (_waiting, _index, _mostOvertaking, _newShares) = (QueueOrder.Sort(waiting), index, settings.MostOvertaking, shares);

    /// <summary>The task that had the last turn.</summary>
    public QueueEntry Last { get; private set; } = null!;

    /// <summary>The turns of tasks that wait in a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="waiting">Those tasks, with their classes; null for one that can't start, whatever hosts there are.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="now">Time of day.</param>
    public static FairTurns Of(ClusterSnapshot snapshot, IEnumerable<QueueEntry> waiting, TaskIndex index, DateTimeOffset now) =>
        new(waiting, index, snapshot.Settings.FairShare, () => new(snapshot, new(snapshot.Tasks, snapshot.Settings.FairShare), now));

    /// <summary>The task whose turn it is; false when all had theirs.</summary>
    /// <param name="task">The task.</param>
    public bool TryTake(out AgenticTask task)
    {
        while (true)
        {
            if (NextLane() is { } lane)
            {
                (_current, Last) = (lane, lane.Take());
                task = Last.Task;
                return true;
            }

            if (TryTakeOther())
            {
                task = Last.Task;
                return true;
            }

            if (!OpenLevel())
            {
                task = null!;
                return false;
            }
        }
    }

    /// <summary>The task that was taken last gets a slot.</summary>
    public void Charge()
    {
        _current?.Count(Last);
        if (_shares is { } shares)
        {
            shares.Charge(Last.Task);
        }
        else
        {
            _charged.Add(Last.Task);
        }
    }

    /// <summary>Gives the next one of a line its turn, if there is one: in its place among those of the present priority that no host takes. It comes later than the last task.</summary>
    /// <param name="line">The line; no host takes its tasks.</param>
    public void Follow(TaskLine line)
    {
        if (line.Follow() is { } entry)
        {
            _followers.Enqueue(entry, entry);
        }
    }

    // The key of a lane only grows: its queue is charged, and its oldest task becomes a later one.
    private TurnLane? NextLane()
    {
        while (_lanes.TryPeek(out var lane, out var known))
        {
            if (lane.Oldest() is not { } oldest)
            {
                _lanes.Dequeue();
            }
            else if (new Turn(ShareOf(oldest.Queue), oldest) is var turn && turn != known)
            {
                _lanes.DequeueEnqueue(lane, turn);
            }
            else
            {
                return lane;
            }
        }

        return null;
    }

    private bool TryTakeOther()
    {
        if (!_isInOrder)
        {
            _others.Sort(_nextOther, _others.Count - _nextOther, null);
            _isInOrder = true;
        }

        var other = _nextOther < _others.Count ? _others[_nextOther] : null;
        if (_followers.TryPeek(out var follower, out _) && (other is null || follower.CompareTo(other) < 0))
        {
            (_current, Last) = (null, _followers.Dequeue());
            return true;
        }

        if (other is null)
        {
            return false;
        }

        _nextOther++;
        (_current, Last) = (null, other);
        return true;
    }

    private double ShareOf(QueueKey queue)
    {
        if (!_hasQueues)
        {
            return 0;
        }

        if (_shares is null)
        {
            _shares = _newShares();
            foreach (var task in _charged)
            {
                _shares.Charge(task);
            }
        }

        return _shares.Of(queue);
    }

    private bool OpenLevel()
    {
        if (_next == _waiting.Length)
        {
            return false;
        }

        var (priority, lanes) = (_waiting[_next].Priority, new Dictionary<QueueKey, TurnLane>());
        for (; _next < _waiting.Length && _waiting[_next].Priority == priority; _next++)
        {
            var entry = _waiting[_next];
            if (entry.Class?.IsTaken != true)
            {
                _others.Add(entry);
                continue;
            }

            if (!lanes.TryGetValue(entry.Queue, out var lane))
            {
                lanes.Add(entry.Queue, lane = new(StartedBehind, _mostOvertaking, Leave));
            }

            lane.Add(entry, BegunWork.IsContinuedBy(entry.Task, _index));
        }

        _hasQueues = lanes.Count > 1;
        foreach (var (queue, lane) in lanes)
        {
            _lanes.Enqueue(lane, new(ShareOf(queue), lane.Oldest()!));
        }

        return true;
    }

    private void Leave(QueueEntry entry)
    {
        _others.Add(entry);
        _isInOrder = false;
    }

    // Later tasks that have begun before it: they were assigned at least once.
    private int StartedBehind(QueueEntry entry)
    {
        _started ??= _index.All
            .Where(t => t.Status.Attempt > 0)
            .Select(t => new QueueEntry(t))
            .GroupBy(e => (e.Queue, e.Priority))
            .ToDictionary(g => g.Key, g => g.Order().ToArray());
        return _started.TryGetValue((entry.Queue, entry.Priority), out var started) ? CountBehind(started, entry) : 0;
    }

    private static int CountBehind(QueueEntry[] sorted, QueueEntry entry)
    {
        var place = Array.BinarySearch(sorted, entry);
        return sorted.Length - (place >= 0 ? place + 1 : ~place);
    }

    private readonly record struct Turn(double Share, QueueEntry Oldest) : IComparable<Turn>
    {
        public int CompareTo(Turn other)
        {
            var order = Share.CompareTo(other.Share);
            return order != 0 ? order : Oldest.CompareTo(other.Oldest);
        }
    }
}
