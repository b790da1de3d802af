using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Storage;

/// <summary>A consistent snapshot of one kind at a resource version.</summary>
internal sealed record ObjectSnapshot(long ResourceVersion, ImmutableSortedDictionary<ObjectName, StoredObject> Objects);

/// <summary>
/// The in-memory store. One counter provides resource versions for all kinds; one lock makes every read-modify-write atomic.
/// </summary>
internal sealed class ObjectStore
{
    private readonly long _firstVersion;
    private readonly int _historySize;
    private readonly Dictionary<string, ObjectCollection> _collections = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _version;

    public ObjectStore(long firstVersion, int historySize)
    {
        _firstVersion = firstVersion;
        _version = firstVersion;
        _historySize = historySize;
    }

    public long Version => Interlocked.Read(ref _version);

    /// <summary>Raised for every change, under the lock, with the kind's group resource.</summary>
    public event Action<string, StoreEvent>? Changed;

    /// <summary>Runs a step under the lock; steps may nest.</summary>
    public T Transact<T>(Func<T> step)
    {
        lock (_lock)
        {
            return step();
        }
    }

    public ObjectSnapshot Snapshot(string groupResource)
    {
        lock (_lock)
        {
            return new ObjectSnapshot(_version, Collection(groupResource).Objects);
        }
    }

    /// <summary>The state as it was at a version; null when the history no longer reaches back to it.</summary>
    public ObjectSnapshot? SnapshotAt(string groupResource, long version)
    {
        lock (_lock)
        {
            var collection = Collection(groupResource);
            return version < Math.Max(collection.HistoryFloor, _firstVersion) ? null : new ObjectSnapshot(version, collection.At(version));
        }
    }

    public StoredObject? Find(string groupResource, ObjectName name)
    {
        lock (_lock)
        {
            return Collection(groupResource).Objects.GetValueOrDefault(name);
        }
    }

    public IReadOnlyList<string> GroupResources
    {
        get
        {
            lock (_lock)
            {
                return [.. _collections.Keys];
            }
        }
    }

    /// <summary>Stores a new state and stamps it with the next resource version. The tree belongs to the store from here on.</summary>
    public StoredObject Put(string groupResource, ObjectName name, JsonObject root)
    {
        lock (_lock)
        {
            var version = Interlocked.Increment(ref _version);
            root.Metadata()["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            var collection = Collection(groupResource);
            var stored = new StoredObject(name, root, version);
            Record(groupResource, collection, new StoreEvent(collection.Objects.GetValueOrDefault(name), stored, version));
            return stored;
        }
    }

    /// <summary>Removes an object; watchers get its last state with the resource version of the removal.</summary>
    public StoredObject? Remove(string groupResource, ObjectName name)
    {
        lock (_lock)
        {
            var collection = Collection(groupResource);
            if (collection.Objects.GetValueOrDefault(name) is not { } before)
            {
                return null;
            }

            var change = new StoreEvent(before, null, Interlocked.Increment(ref _version));
            Record(groupResource, collection, change);
            return change.Last;
        }
    }

    public void Rewrite(string groupResource, Func<StoredObject, StoredObject> rewrite)
    {
        lock (_lock)
        {
            Collection(groupResource).Rewrite(rewrite);
        }
    }

    /// <summary>Starts a watch: the changes since a version, and a queue of later changes, without a gap.</summary>
    /// <returns>Null when the history no longer reaches back to that version.</returns>
    public (WatchQueue Queue, IReadOnlyList<StoreEvent> Missed)? Watch(string groupResource, long since)
    {
        lock (_lock)
        {
            var collection = Collection(groupResource);
            if (since < Math.Max(collection.HistoryFloor, _firstVersion))
            {
                return null;
            }

            var queue = new WatchQueue();
            collection.Add(queue);
            return (queue, [.. collection.Since(since)]);
        }
    }

    /// <summary>Starts a watch with the current state and a queue of later changes.</summary>
    public (WatchQueue Queue, ObjectSnapshot Snapshot) WatchFromNow(string groupResource)
    {
        lock (_lock)
        {
            var collection = Collection(groupResource);
            var queue = new WatchQueue();
            collection.Add(queue);
            return (queue, new ObjectSnapshot(_version, collection.Objects));
        }
    }

    public void EndWatch(string groupResource, WatchQueue queue)
    {
        lock (_lock)
        {
            Collection(groupResource).Remove(queue);
        }
    }

    public void Bookmark(WatchQueue queue)
    {
        lock (_lock)
        {
            queue.OfferBookmark(_version);
        }
    }

    /// <summary>Ends all watches, of one kind or of all.</summary>
    public void CloseWatches(string? groupResource = null)
    {
        lock (_lock)
        {
            IEnumerable<ObjectCollection> chosen = groupResource is null ? _collections.Values : [Collection(groupResource)];
            foreach (var watcher in chosen.SelectMany(collection => collection.Watchers))
            {
                watcher.Close();
            }
        }
    }

    private void Record(string groupResource, ObjectCollection collection, StoreEvent change)
    {
        collection.Record(change);
        Changed?.Invoke(groupResource, change);
    }

    private ObjectCollection Collection(string groupResource)
    {
        if (!_collections.TryGetValue(groupResource, out var collection))
        {
            collection = new ObjectCollection(_historySize);
            _collections[groupResource] = collection;
        }

        return collection;
    }
}
