using System.Collections.Immutable;

namespace Foreman.DevCluster.Storage;

/// <summary>
/// All objects of one kind, their recent history and watchers. Guarded by the store's lock, except for <see cref="Objects"/>.
/// </summary>
internal sealed class ObjectCollection(int historySize)
{
    private readonly Queue<StoreEvent> _history = new();
    private readonly List<WatchQueue> _watchers = [];
    private ImmutableSortedDictionary<ObjectName, StoredObject> _objects = ImmutableSortedDictionary<ObjectName, StoredObject>.Empty;

    /// <summary>The current state; an immutable snapshot.</summary>
    public ImmutableSortedDictionary<ObjectName, StoredObject> Objects => Volatile.Read(ref _objects);

    /// <summary>The newest resource version dropped from the history: watches from before it can't be resumed.</summary>
    public long HistoryFloor { get; private set; }

    public void Record(StoreEvent change)
    {
        Volatile.Write(ref _objects, change.After is { } after ? _objects.SetItem(after.Name, after) : _objects.Remove(change.Name));
        change.Before?.Supersede();
        _history.Enqueue(change);
        if (_history.Count > historySize)
        {
            HistoryFloor = _history.Dequeue().ResourceVersion;
        }

        foreach (var watcher in _watchers)
        {
            watcher.Offer(change);
        }
    }

    /// <summary>Converts objects to a changed schema, without events.</summary>
    public void Rewrite(Func<StoredObject, StoredObject> rewrite) =>
        Volatile.Write(ref _objects, _objects.ToImmutableSortedDictionary(entry => entry.Key, entry => rewrite(entry.Value)));

    /// <summary>The state at an earlier version: the newest one with the later changes undone, the last one first.</summary>
    public ImmutableSortedDictionary<ObjectName, StoredObject> At(long resourceVersion)
    {
        var objects = Objects.ToBuilder();
        foreach (var change in Since(resourceVersion).Reverse())
        {
            if (change.Before is { } before)
            {
                objects[change.Name] = before;
            }
            else
            {
                objects.Remove(change.Name);
            }
        }

        return objects.ToImmutable();
    }

    public IEnumerable<StoreEvent> Since(long resourceVersion) => _history.Where(change => change.ResourceVersion > resourceVersion);

    public void Add(WatchQueue watcher) => _watchers.Add(watcher);

    public void Remove(WatchQueue watcher) => _watchers.Remove(watcher);

    public IReadOnlyList<WatchQueue> Watchers => _watchers;
}
