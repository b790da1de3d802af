namespace Foreman.Operator.Loop;

/// <summary>Lanes of writes, in the order in which they are sent.</summary>
internal enum WriteLane
{
    /// <summary>Assignments, tasks taken back, tasks that end: what hosts wait for.</summary>
    Assignment,

    /// <summary>The operator's part of FleetNodes.</summary>
    NodeStatus,

    /// <summary>Copies of results for people: digests of transcripts.</summary>
    Mirror,

    /// <summary>Why tasks wait.</summary>
    Explanation,

    /// <summary>Events.</summary>
    Event,

    /// <summary>Deletions of what nobody needs any more.</summary>
    CleanUp,
}

/// <summary>
/// Queued writes by lane: the first lane that has one goes first, each lane in the order of arrival. A newer write to the same
/// object replaces a queued one, but never one of the first lane: what comes after such a write was decided as if it had been sent. Some of the concurrency is kept for the first lane, so that slow writes of the others
/// can't hold it up. Not safe for use from several threads.
/// </summary>
/// <typeparam name="T">The writes.</typeparam>
/// <param name="atOnce">Writes under way at once.</param>
/// <param name="atOnceBelowFirst">Most of them that may be of other lanes than the first.</param>
/// <param name="mostEvents">Most queued events; the oldest is dropped for a new one.</param>
/// <param name="mostMirrors">Most queued mirrors; the oldest is dropped for a new one.</param>
/// <param name="mirrorsAtOnce">Mirrors under way at once.</param>
internal sealed class WriteLanes<T>(int atOnce, int atOnceBelowFirst, int mostEvents, int mostMirrors = int.MaxValue, int mirrorsAtOnce = 1)
{
    private readonly LinkedList<Entry>[] _lanes = [.. Enum.GetValues<WriteLane>().Select(_ => new LinkedList<Entry>())];
    private readonly HashSet<WriteLane> _waitAlone = [];
    private readonly Dictionary<string, LinkedListNode<Entry>> _byKey = new(StringComparer.Ordinal);
    private int _fewer;
    private int _busy;
    private int _busyBelowFirst;
    private int _busyMirrors;

    /// <summary>Writes that wait.</summary>
    public int Queued => _lanes.Sum(l => l.Count);

    /// <summary>True when nothing waits and nothing is under way.</summary>
    public bool IsIdle => _busy == 0 && Queued == 0;

    /// <summary>Queues a write.</summary>
    /// <param name="lane">Its lane.</param>
    /// <param name="key">The object that it writes to; null when it never replaces another.</param>
    /// <param name="write">The write.</param>
    /// <returns>True when the oldest of its lane had to be dropped for it.</returns>
    public bool Add(WriteLane lane, string? key, T write)
    {
        var entry = new Entry(lane, key, write);
        if (key is not null && _byKey.TryGetValue(key, out var older) && older.Value.Lane != WriteLane.Assignment)
        {
            if (older.Value.Lane == lane)
            {
                // It keeps its turn: what changes often would else never be sent.
                older.Value = entry;
                return false;
            }

            Remove(older);
        }

        var node = _lanes[(int)lane].AddLast(entry);
        if (key is not null)
        {
            _byKey[key] = node;
        }

        return DropOldest(lane);
    }

    private int Limit => atOnce - _fewer;

    /// <summary>True while nothing is taken.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Writes of a lane that wait.</summary>
    /// <param name="lane">The lane.</param>
    public int QueuedIn(WriteLane lane) => _lanes[(int)lane].Count;

    /// <summary>Has a lane wait alone, or go on.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="waits">Whether it waits.</param>
    /// <returns>False when it did so already.</returns>
    public bool WaitAlone(WriteLane lane, bool waits) => waits ? _waitAlone.Add(lane) : _waitAlone.Remove(lane);

    /// <summary>A write that was taken is queued again, before all others of its lane, unless a newer one to the same object has come.</summary>
    /// <param name="lane">Its lane.</param>
    /// <param name="key">The object that it writes to; null when no other replaces it.</param>
    /// <param name="write">The write.</param>
    /// <returns>True when it had to be dropped, as the oldest of a lane that is full.</returns>
    public bool PutBack(WriteLane lane, string? key, T write)
    {
        if (key is not null && _byKey.ContainsKey(key))
        {
            if (lane == WriteLane.Assignment)
            {
                // What came after it was decided as if it had been sent.
                _lanes[(int)lane].AddFirst(new Entry(lane, null, write));
            }

            return false;
        }

        var node = _lanes[(int)lane].AddFirst(new Entry(lane, key, write));
        if (key is not null)
        {
            _byKey[key] = node;
        }

        return DropOldest(lane);
    }

    /// <summary>The server has too much to do: half as many are under way at once from now on.</summary>
    public void Slow() => _fewer = atOnce - Math.Max(1, Limit / 2);

    /// <summary>A write has arrived: one more may be under way at once, up to as many as ever.</summary>
    public void Quicken() => _fewer = Math.Max(0, _fewer - 1);

    /// <summary>Takes the next write that may be under way now; it is until <see cref="Done"/>.</summary>
    /// <param name="lane">Its lane.</param>
    /// <param name="write">The write.</param>
    public bool TryTake(out WriteLane lane, out T write)
    {
        foreach (var queue in IsPaused ? [] : _lanes)
        {
            if (queue.First is { } node && !_waitAlone.Contains(node.Value.Lane) && HasRoom(node.Value.Lane))
            {
                Remove(node);
                (lane, write) = (node.Value.Lane, node.Value.Write);
                Count(lane, 1);
                return true;
            }
        }

        (lane, write) = (default, default!);
        return false;
    }

    /// <summary>A write that was taken is no longer under way.</summary>
    /// <param name="lane">Its lane.</param>
    public void Done(WriteLane lane) => Count(lane, -1);

    private void Count(WriteLane lane, int change)
    {
        _busy += change;
        _busyBelowFirst += lane == WriteLane.Assignment ? 0 : change;
        _busyMirrors += lane == WriteLane.Mirror ? change : 0;
    }

    private bool HasRoom(WriteLane lane) =>
        _busy < Limit
        && (lane == WriteLane.Assignment || _busyBelowFirst < Math.Max(1, atOnceBelowFirst * Limit / atOnce))
        && (lane != WriteLane.Mirror || _busyMirrors < mirrorsAtOnce);

    private bool DropOldest(WriteLane lane)
    {
        var most = lane switch
        {
            WriteLane.Event => mostEvents,
            WriteLane.Mirror => mostMirrors,
            _ => int.MaxValue,
        };
        var queue = _lanes[(int)lane];
        if (queue.Count <= most)
        {
            return false;
        }

        Remove(queue.First!);
        return true;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        node.List!.Remove(node);
        if (node.Value.Key is { } key && _byKey.GetValueOrDefault(key) == node)
        {
            _byKey.Remove(key);
        }
    }

    private sealed record Entry(WriteLane Lane, string? Key, T Write);
}
