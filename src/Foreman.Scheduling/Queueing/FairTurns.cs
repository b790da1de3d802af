using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Gives waiting tasks their turns: the larger priority first, then the queue that has had least, counted on as tasks get
/// slots, then the older task. Within a queue what goes on with begun work goes first, until a task was overtaken by as many later ones as
/// <see cref="FairShareSettings.MostOvertaking"/> says.
/// </summary>
internal sealed class FairTurns
{
    private readonly QueueEntry[] _waiting;
    private readonly TaskIndex _index;
    private readonly int _mostOvertaking;
    private readonly QueueShares? _shares;
    private readonly PriorityQueue<Lane, Turn> _lanes = new();
    private Dictionary<(QueueKey Queue, int Priority), QueueEntry[]>? _started;
    private Lane? _current;
    private int _next;

    /// <param name="waiting">The tasks that wait.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="settings">How slots are shared.</param>
    /// <param name="shares">Makes what queues have had; asked only when there are several.</param>
    public FairTurns(IEnumerable<AgenticTask> waiting, TaskIndex index, FairShareSettings settings, Func<QueueShares> shares)
    {
        (_waiting, _index, _mostOvertaking) = (QueueOrder.Sort(waiting), index, settings.MostOvertaking);
        _shares = _waiting.Any(e => e.Queue != _waiting[0].Queue) ? shares() : null;
    }

    /// <summary>The turns of tasks that wait in a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="waiting">Those tasks.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="now">Time of day.</param>
    public static FairTurns Of(ClusterSnapshot snapshot, IEnumerable<AgenticTask> waiting, TaskIndex index, DateTimeOffset now) =>
        new(waiting, index, snapshot.Settings.FairShare, () => new(snapshot, new(snapshot.Tasks, snapshot.Settings.FairShare), now));

    /// <summary>The task whose turn it is; false when all had theirs.</summary>
    /// <param name="task">The task.</param>
    public bool TryTake(out AgenticTask task)
    {
        PutBack();
        if (_lanes.Count == 0 && !OpenLevel())
        {
            task = null!;
            return false;
        }

        _current = _lanes.Dequeue();
        task = _current.Take();
        return true;
    }

    /// <summary>The task that was taken last gets a slot.</summary>
    public void Charge()
    {
        _current!.Count();
        _shares?.Charge(_current.Last.Task);
    }

    private void PutBack()
    {
        if (_current?.Head is { } head)
        {
            _lanes.Enqueue(_current, TurnOf(_current, head));
        }

        _current = null;
    }

    private bool OpenLevel()
    {
        if (_next == _waiting.Length)
        {
            return false;
        }

        var (priority, lanes) = (_waiting[_next].Priority, new Dictionary<QueueKey, Lane>());
        for (; _next < _waiting.Length && _waiting[_next].Priority == priority; _next++)
        {
            var entry = _waiting[_next];
            if (!lanes.TryGetValue(entry.Queue, out var lane))
            {
                lanes.Add(entry.Queue, lane = new(n => StartedBehind(n), _mostOvertaking));
            }

            lane.Add(entry, BegunWork.IsContinuedBy(entry.Task, _index));
        }

        foreach (var lane in lanes.Values)
        {
            _lanes.Enqueue(lane, TurnOf(lane, lane.Head!));
        }

        return true;
    }

    private Turn TurnOf(Lane lane, QueueEntry head) => new(_shares?.Of(head.Queue) ?? 0, head);

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

    private readonly record struct Turn(double Share, QueueEntry Head) : IComparable<Turn>
    {
        public int CompareTo(Turn other)
        {
            var order = Share.CompareTo(other.Share);
            return order != 0 ? order : Head.CompareTo(other.Head);
        }
    }

    /// <summary>The waiting tasks of one queue and priority.</summary>
    private sealed class Lane(Func<QueueEntry, int> startedBehind, int mostOvertaking)
    {
        private readonly Queue<QueueEntry> _begun = [];
        private readonly Queue<QueueEntry> _fresh = [];
        private readonly List<QueueEntry> _ahead = [];
        private (QueueEntry Entry, int Count)? _counted;
        private bool _lastIsBegun;

        /// <summary>The task whose turn is next; null when there is none.</summary>
        public QueueEntry? Head => Next()?.Peek();

        /// <summary>The task that had the last turn.</summary>
        public QueueEntry Last { get; private set; } = null!;

        public void Add(QueueEntry entry, bool isBegun) => (isBegun ? _begun : _fresh).Enqueue(entry);

        public AgenticTask Take()
        {
            var from = Next()!;
            (_lastIsBegun, Last) = (from == _begun, from.Dequeue());
            return Last.Task;
        }

        /// <summary>The last one got a slot.</summary>
        public void Count()
        {
            if (_lastIsBegun)
            {
                _ahead.Add(Last);
            }
        }

        // No task behind the first of the others was overtaken by more than that.
        private Queue<QueueEntry>? Next()
        {
            if (!_begun.TryPeek(out var begun) || !_fresh.TryPeek(out var fresh))
            {
                return _begun.Count > 0 ? _begun : _fresh.Count > 0 ? _fresh : null;
            }

            return begun.CompareTo(fresh) < 0 || Overtaking(fresh) < mostOvertaking ? _begun : _fresh;
        }

        private int Overtaking(QueueEntry fresh)
        {
            if (_counted is not { } counted || counted.Entry != fresh)
            {
                _counted = counted = (fresh, startedBehind(fresh));
            }

            return counted.Count + (_ahead.Count - FirstBehind(fresh));
        }

        // They were taken in order.
        private int FirstBehind(QueueEntry fresh)
        {
            var place = _ahead.BinarySearch(fresh);
            return place >= 0 ? place + 1 : ~place;
        }
    }
}
