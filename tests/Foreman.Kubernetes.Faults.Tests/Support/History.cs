namespace Foreman.Kubernetes.Faults.Tests.Support;

/// <summary>What really happened to the objects of a namespace, seen without a proxy.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Life> _lives = [];
    private readonly Task _watching;

    public History(IKubernetes direct, string ns, ResourceList<V1ConfigMap> start)
    {
        foreach (var obj in start.Items)
        {
            _lives[obj.Uid()!] = new(obj.Uid()!, [obj.ResourceVersion()!], false);
        }

        _watching = WatchAsync(direct, ns, start.Metadata.ResourceVersion);
    }

    /// <summary>All objects that there ever were.</summary>
    public IReadOnlyList<Life> Lives
    {
        get
        {
            lock (_lock)
            {
                return [.. _lives.Values];
            }
        }
    }

    /// <summary>Waits until the end of what happened has been seen.</summary>
    public Task SeesAsync(IReadOnlyCollection<V1ConfigMap> objects) => Eventually.TrueAsync(
        () => Lives.Where(l => !l.Deleted).Select(l => $"{l.Uid} {l.Versions[^1]}").Order(StringComparer.Ordinal)
            .SequenceEqual(objects.Select(o => $"{o.Uid()} {o.ResourceVersion()}").Order(StringComparer.Ordinal)),
        "the direct watch to see all that happened");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(IKubernetes direct, string ns, string? version)
    {
        try
        {
            await foreach (var change in direct.WatchAsync<V1ConfigMap>(ns, new() { ResourceVersion = version }, _stop.Token))
            {
                Take(change);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test has ended.
        }
    }

    private void Take(WatchEvent<V1ConfigMap> change)
    {
        lock (_lock)
        {
            var uid = change.Object.Uid() ?? "";
            switch (change.Type)
            {
                case WatchEventType.Added:
                    _lives[uid] = new(uid, [change.Object.ResourceVersion()!], false);
                    break;
                case WatchEventType.Modified:
                    _lives[uid] = _lives[uid] with { Versions = [.. _lives[uid].Versions, change.Object.ResourceVersion()!] };
                    break;
                case WatchEventType.Deleted:
                    _lives[uid] = _lives[uid] with { Deleted = true };
                    break;
            }
        }
    }

    /// <summary>One object from beginning to end.</summary>
    internal sealed record Life(string Uid, IReadOnlyList<string> Versions, bool Deleted);
}
