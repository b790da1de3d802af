namespace Foreman.Scheduling;

/// <summary>
/// The waiting tasks of one queue and priority that a host takes, by their classes. The one to go first is found without a look at the others: the first of a class
/// only becomes a later one, and what a class is preferred for only goes away.
/// </summary>
/// <param name="startedBehind">How many later tasks than one have begun, as it is stored.</param>
/// <param name="mostOvertaking">How many later ones may go before a task.</param>
/// <param name="leave">Is told each task that no host takes any more.</param>
internal sealed class TurnLane(Func<QueueEntry, int> startedBehind, int mostOvertaking, Action<QueueEntry> leave)
{
    private readonly Dictionary<(ITurnClass Class, bool IsBegun), Bucket> _buckets = [];
    private readonly PriorityQueue<Bucket, QueueEntry> _byAge = new();
    private readonly PriorityQueue<Bucket, Preference> _byPreference = new();
    private readonly List<QueueEntry> _placed = [];
    private (QueueEntry Entry, int Count)? _counted;

    /// <summary>Adds a task, later than those before it. To be done before any is taken.</summary>
    /// <param name="entry">The task, of a class that a host takes.</param>
    /// <param name="isBegun">True when it goes on with work that was begun.</param>
    public void Add(QueueEntry entry, bool isBegun)
    {
        var like = entry.Class!;
        if (!_buckets.TryGetValue((like, isBegun), out var bucket))
        {
            _buckets.Add((like, isBegun), bucket = new(like, isBegun));
            _byAge.Enqueue(bucket, entry);
            _byPreference.Enqueue(bucket, new(bucket.Kind, entry));
        }

        bucket.Entries.Enqueue(entry, entry);
    }

    /// <summary>The oldest task that a host takes; null when there is none.</summary>
    public QueueEntry? Oldest()
    {
        while (_byAge.TryPeek(out var bucket, out var known))
        {
            if (HeadOf(bucket) is not { } head)
            {
                _byAge.Dequeue();
            }
            else if (head != known)
            {
                _byAge.DequeueEnqueue(bucket, head);
            }
            else
            {
                return head;
            }
        }

        return null;
    }

    /// <summary>Takes the task whose turn is next. Its oldest task must be there.</summary>
    public QueueEntry Take()
    {
        var (oldest, preferred) = (Oldest()!, Preferred());

        // No other task was overtaken more often than the oldest one.
        var bucket = preferred.Entries.Peek() == oldest || Overtaking(oldest) < mostOvertaking ? preferred : _byAge.Peek();
        var taken = bucket.Entries.Dequeue();
        if (taken.Line?.Follow() is { } next)
        {
            bucket.Entries.Enqueue(next, next);
        }

        return taken;
    }

    /// <summary>A task gets a slot.</summary>
    /// <param name="entry">The task, which was taken.</param>
    public void Count(QueueEntry entry) => _placed.Insert(FirstBehind(entry), entry);

    private Bucket Preferred()
    {
        while (_byPreference.TryPeek(out var bucket, out var known))
        {
            if (HeadOf(bucket) is not { } head)
            {
                _byPreference.Dequeue();
            }
            else if (new Preference(bucket.Kind, head) is var now && now != known)
            {
                _byPreference.DequeueEnqueue(bucket, now);
            }
            else
            {
                return bucket;
            }
        }

        throw new InvalidOperationException("No host takes a task of the queue.");
    }

    private QueueEntry? HeadOf(Bucket bucket)
    {
        while (!bucket.Class.IsTaken && bucket.Entries.TryDequeue(out var left, out _))
        {
            leave(left);
        }

        return bucket.Entries.TryPeek(out var head, out _) ? head : null;
    }

    private int Overtaking(QueueEntry oldest)
    {
        if (_counted is not { } counted || counted.Entry != oldest)
        {
            _counted = counted = (oldest, startedBehind(oldest));
        }

        return counted.Count + (_placed.Count - FirstBehind(oldest));
    }

    private int FirstBehind(QueueEntry entry)
    {
        var place = _placed.BinarySearch(entry);
        return place >= 0 ? place + 1 : ~place;
    }

    /// <summary>Tasks of one class.</summary>
    private sealed class Bucket(ITurnClass like, bool isBegun)
    {
        public ITurnClass Class => like;

        // One that follows another one of its line comes later than that, but not than all others.
        public PriorityQueue<QueueEntry, QueueEntry> Entries { get; } = new();

        /// <summary>The less, the more preferred.</summary>
        public int Kind => (isBegun ? 0 : 2) + (like.StartsAtOnce ? 0 : 1);
    }

    private readonly record struct Preference(int Kind, QueueEntry Head) : IComparable<Preference>
    {
        public int CompareTo(Preference other)
        {
            var order = Kind.CompareTo(other.Kind);
            return order != 0 ? order : Head.CompareTo(other.Head);
        }
    }
}
