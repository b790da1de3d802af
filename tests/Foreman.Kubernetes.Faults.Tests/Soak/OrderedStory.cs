namespace Foreman.Kubernetes.Faults.Tests.Soak;

/// <summary>Listens to a store and notes what makes no sense: each object comes, changes to newer versions and goes.</summary>
internal sealed class OrderedStory : IDisposable
{
    private readonly Dictionary<ObjectKey, V1ConfigMap> _known = [];
    private readonly IDisposable _subscription;
    private volatile string? _mistake;
    private long _events;

    public OrderedStory(Store<V1ConfigMap> store) => _subscription = store.Subscribe(Take);

    /// <summary>The first thing that made no sense; null while all does.</summary>
    public string? Mistake => _mistake;

    public long Events => Interlocked.Read(ref _events);

    public void Dispose() => _subscription.Dispose();

    private void Take(ResourceEvent<V1ConfigMap> change)
    {
        Interlocked.Increment(ref _events);
        var key = ObjectKey.Of(change.Object);
        var known = _known.GetValueOrDefault(key);
        switch (change.Type)
        {
            case ResourceEventType.Added:
                Note(known is null, change, "was there already");
                _known[key] = change.Object;
                break;
            case ResourceEventType.Modified:
                Note(known is not null && known.Uid() == change.Object.Uid(), change, "is not the one that was there");
                Note(ReferenceEquals(change.Previous, known), change, "was another before");
                Note(ResourceVersions.IsOlder(known?.ResourceVersion(), change.Object.ResourceVersion()), change, "is not newer");
                _known[key] = change.Object;
                break;
            default:
                Note(known is not null && known.Uid() == change.Object.Uid(), change, "was not there");
                _known.Remove(key);
                break;
        }
    }

    private void Note(bool makesSense, ResourceEvent<V1ConfigMap> change, string why)
    {
        if (!makesSense)
        {
            _mistake ??= $"{change.Type} {ObjectKey.Of(change.Object)} {change.Object.Uid()} at {change.Object.ResourceVersion()}: {why}";
        }
    }
}
