using System.Threading.Channels;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>
/// Deletes objects without owners in the background, and empties terminating namespaces. It is notified of every change under
/// the store's lock and queues the work for a separate task.
/// </summary>
internal sealed class GarbageCollector : IAsyncDisposable
{
    private readonly ObjectStore _store;
    private readonly ObjectDeleter _deleter;
    private readonly Dictionary<string, HashSet<(string GroupResource, ObjectName Name)>> _dependents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string GroupResource, ObjectName Name)> _uids = new(StringComparer.Ordinal);
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _worker;

    public GarbageCollector(ObjectStore store, ObjectDeleter deleter)
    {
        _store = store;
        _deleter = deleter;
        store.Changed += OnChanged;
        _worker = Task.Run(RunAsync);
    }

    /// <summary>Removes the owner from its dependents' owner references (orphan propagation).</summary>
    public void Orphan(StoredObject owner)
    {
        foreach (var (groupResource, name) in Dependents(owner.Uid))
        {
            if (_store.Find(groupResource, name) is { } item)
            {
                _store.Put(groupResource, name, OwnerReferences.Without(item, owner.Uid));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _worker;
    }

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            try
            {
                work();
            }
            catch (ApiException)
            {
                // An object that can't be collected now must not keep the others; the next change of its owner tries again.
            }
        }
    }

    private void OnChanged(string groupResource, StoreEvent change)
    {
        if (change.After is null)
        {
            var deleted = change.Before!;
            _uids.Remove(deleted.Uid);
            RemoveDependent(groupResource, deleted);
            _work.Writer.TryWrite(() => CollectDependents(deleted.Uid));
            ContinueForeground(Owners(deleted));
            if (deleted.Name.Namespace.Length > 0)
            {
                _work.Writer.TryWrite(() => EmptyNamespace(deleted.Name.Namespace));
            }

            return;
        }

        _uids[change.After.Uid] = (groupResource, change.Name);
        AddDependent(groupResource, change);
        if (IsForeground(change.After))
        {
            ContinueForeground([change.After.Uid]);
        }

        if (change.Before is not null)
        {
            ContinueForeground(Owners(change.Before));
        }

        if (groupResource == NamespaceLifecycle.Namespaces && change.After.IsTerminating)
        {
            _work.Writer.TryWrite(() => EmptyNamespace(change.Name.Name));
        }
    }

    private void AddDependent(string groupResource, StoreEvent change)
    {
        var owners = Owners(change.After!);
        if (owners.Count == 0 && (change.Before is null || Owners(change.Before).Count == 0))
        {
            return;
        }

        if (change.Before is not null)
        {
            RemoveDependent(groupResource, change.Before);
        }

        foreach (var uid in owners)
        {
            if (!_dependents.TryGetValue(uid, out var set))
            {
                _dependents[uid] = set = [];
            }

            set.Add((groupResource, change.Name));
        }

        if (owners.Count > 0 && !owners.Exists(_uids.ContainsKey))
        {
            _work.Writer.TryWrite(() => CollectIfOwnerless(groupResource, change.Name));
        }
    }

    private void RemoveDependent(string groupResource, StoredObject item)
    {
        foreach (var uid in Owners(item))
        {
            if (_dependents.TryGetValue(uid, out var set) && set.Remove((groupResource, item.Name)) && set.Count == 0)
            {
                _dependents.Remove(uid);
            }
        }
    }

    private void CollectDependents(string ownerUid)
    {
        foreach (var (groupResource, name) in Dependents(ownerUid))
        {
            CollectIfOwnerless(groupResource, name);
        }
    }

    private void CollectIfOwnerless(string groupResource, ObjectName name) => _store.Transact(() =>
    {
        if (_store.Find(groupResource, name) is { } item && Owners(item) is { Count: > 0 } owners && !owners.Exists(_uids.ContainsKey))
        {
            _deleter.Collect(groupResource, item);
        }

        return true;
    });

    private void ContinueForeground(List<string> owners)
    {
        foreach (var uid in owners.Where(uid => _uids.TryGetValue(uid, out var at) && _store.Find(at.GroupResource, at.Name) is { } owner && IsForeground(owner)))
        {
            _work.Writer.TryWrite(() => DeleteInForeground(uid));
        }
    }

    /// <summary>Deletes the dependents of an owner, and the owner once none blocks it.</summary>
    private void DeleteInForeground(string uid) => _store.Transact(() =>
    {
        if (!_uids.TryGetValue(uid, out var at) || _store.Find(at.GroupResource, at.Name) is not { } owner || !IsForeground(owner))
        {
            return false;
        }

        foreach (var (groupResource, name) in Dependents(uid))
        {
            if (_store.Find(groupResource, name) is not { } item)
            {
                continue;
            }

            if (Owners(item).Exists(other => other != uid && _uids.ContainsKey(other)))
            {
                _store.Put(groupResource, name, OwnerReferences.Without(item, uid));
            }
            else
            {
                _deleter.Collect(groupResource, item);
            }
        }

        if (!Dependents(uid).Exists(entry => _store.Find(entry.GroupResource, entry.Name) is { } item && OwnerReferences.Blocks(item, uid)))
        {
            _deleter.Release(at.GroupResource, owner, ObjectDeleter.ForegroundFinalizer);
        }

        return true;
    });

    private static bool IsForeground(StoredObject item) =>
        item.IsTerminating && item.Root.Object("metadata").Array("finalizers")?.Any(name => JsonTree.AsText(name) == ObjectDeleter.ForegroundFinalizer) == true;

    private void EmptyNamespace(string space) => _store.Transact(() =>
    {
        if (_store.Find(NamespaceLifecycle.Namespaces, new ObjectName("", space)) is not { IsTerminating: true } found)
        {
            return false;
        }

        var content = _store.GroupResources.SelectMany(kind => _store.Snapshot(kind).Objects.Values.Where(item => item.Name.Namespace == space).Select(item => (kind, item))).ToList();
        foreach (var (kind, item) in content)
        {
            _deleter.Collect(kind, item);
        }

        var left = content.Exists(entry => _store.Find(entry.kind, entry.item.Name) is not null);
        if (!left)
        {
            _store.Remove(NamespaceLifecycle.Namespaces, found.Name);
        }

        return !left;
    });

    private List<(string GroupResource, ObjectName Name)> Dependents(string uid) =>
        _store.Transact<List<(string, ObjectName)>>(() => _dependents.TryGetValue(uid, out var set) ? [.. set] : []);

    private static List<string> Owners(StoredObject item) => OwnerReferences.Uids(item);
}
