using System.Diagnostics.CodeAnalysis;

namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>
/// What a consumer of a store hears. It must make sense by itself: each object comes, changes to newer versions, goes, and
/// never comes back, unless the cluster was restored from a backup meanwhile.
/// </summary>
internal sealed class ToldStory
{
    private const string Index = "size";

    private readonly Dictionary<string, (Widget Object, int Epoch)> _told = [];
    private readonly Dictionary<string, int> _gone = [];
    private readonly Store<Widget> _store = new();

    public ToldStory() => _store.AddIndexer(Index, w => [Size(w)]);

    /// <param name="changes">What a step tells.</param>
    /// <param name="epoch">How often the cluster was restored until now.</param>
    public void Take(IReadOnlyList<ResourceEvent<Widget>> changes, int epoch)
    {
        if (changes.Count == 0)
        {
            return;
        }

        _store.Apply(changes);
        foreach (var change in changes)
        {
            Take(change, epoch);
        }
    }

    /// <summary>The store, its index, the machine's state and what was told are all what the server holds.</summary>
    public void CheckEnd(SimulatedHistory history, ReflectorState<Widget> state)
    {
        var stored = _store.Snapshot();
        foreach (var (name, observed) in history.Objects)
        {
            var key = new ObjectKey("ns", name);
            var known = stored.GetValueOrDefault(key);
            if (observed.Object is { } obj)
            {
                Require(ReferenceEquals(known, obj) || (known?.Uid() == obj.Uid() && known.ResourceVersion() == obj.ResourceVersion()), name, "is not in the store as the server holds it");
                Require(!state.Unreadable.ContainsKey(key), name, "is thought unreadable");
            }
            else
            {
                Require(known is null || known.Uid() == observed.Uid(), name, "can't be read and the store holds another");
                Require(state.Unreadable.ContainsKey(key), name, "can't be read and nobody says so");
            }
        }

        foreach (var (key, obj) in stored)
        {
            Require(history.Objects.ContainsKey(key.Name), key.Name, "is in the store and not on the server");
            Require(_told.TryGetValue(key.Name, out var told) && ReferenceEquals(told.Object, obj), key.Name, "is not in the store as it was told");
            Require(state.Objects.TryGetValue(key, out var held) && ReferenceEquals(held, obj), key.Name, "is not in the store as the machine holds it");
            Require(_store.ByIndex(Index, Size(obj)).ContainsKey(key), key.Name, "is not in the index");
        }

        Require(stored.Count == _told.Count && stored.Count == state.Objects.Count, "an object", "was told or is held by the machine and is not in the store");
        Require(_store.IndexKeys(Index).Sum(size => _store.ByIndex(Index, size).Count) == stored.Count, "an object", "is in the index and not in the store");
    }

    private void Take(ResourceEvent<Widget> change, int epoch)
    {
        var name = change.Object.Name();
        var uid = change.Object.Uid();
        var known = _told.TryGetValue(name, out var told) ? told.Object : null;
        if (change.Type == ResourceEventType.Added)
        {
            Require(known is null, name, "was added twice");
            Require(!_gone.TryGetValue(uid, out var went) || went < epoch, name, "came back from the dead");
            _told[name] = (change.Object, epoch);
            return;
        }

        Require(known is not null, name, "was not there and has changed or gone");
        Require(known.Uid() == uid, name, "changed into another object");
        if (change.Type == ResourceEventType.Modified)
        {
            Require(told.Epoch < epoch || ResourceVersions.IsOlder(known.ResourceVersion(), change.Object.ResourceVersion()), name, "went back");
            Require(ReferenceEquals(change.Previous, known), name, "changed from what it was not");
            _told[name] = (change.Object, epoch);
        }
        else
        {
            _told.Remove(name);
            _gone[uid] = epoch;
        }
    }

    private static string Size(Widget widget) => SimulatedHistory.Text(widget.Spec!.Size!.Value);

    private static void Require([DoesNotReturnIf(false)] bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationException($"{name} {otherwise}");
        }
    }
}
