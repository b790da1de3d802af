using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Soak;

/// <summary>Reflectors of several kinds behind a faulty proxy, each with a listener of its own.</summary>
internal sealed class SoakWatchers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<KubernetesClient> _clients = [];
    private readonly List<(Reflector<V1ConfigMap> Reflector, string? Selector, OrderedStory Story)> _watchers = [];
    private readonly List<Task> _runs = [];

    public SoakWatchers(FaultProxy proxy, string ns, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 5 == 0)
            {
                _clients.Add(new KubernetesClient(proxy.Configuration with { KeepAlive = TimeSpan.FromSeconds(3), RequestTimeout = TimeSpan.FromSeconds(10) }));
            }

            var selector = i % 4 == 3 ? $"{SoakWriter.Shard}={i / 4 % 4}" : null;
            var reflector = new Reflector<V1ConfigMap>(_clients[^1], new()
            {
                Namespaces = [ns],
                LabelSelector = selector,
                StreamingLists = i % 2 == 0,
                PageSize = 100,
                SilenceLimit = TimeSpan.FromSeconds(8),
                Seed = i,
            });
            _watchers.Add((reflector, selector, new OrderedStory(reflector.Store)));
            _runs.Add(Task.Run(() => reflector.RunAsync(_stop.Token)));
        }
    }

    public Task Ready => Task.WhenAll(_watchers.Select(w => w.Reflector.Ready));

    public string? Mistake => _watchers.Select(w => w.Story.Mistake).FirstOrDefault(m => m is not null);

    public long Events => _watchers.Sum(w => w.Story.Events);

    /// <summary>The first watcher whose store is not what the server holds, and how; null when all agree.</summary>
    public async Task<string?> DisagreementAsync(IKubernetes direct, string ns)
    {
        foreach (var group in _watchers.GroupBy(w => w.Selector))
        {
            var list = await direct.ListAsync<V1ConfigMap>(ns, new() { LabelSelector = group.Key });
            var held = list.Items.ToDictionary(ObjectKey.Of, o => o.ResourceVersion());
            foreach (var (reflector, selector, _) in group)
            {
                var stored = reflector.Store.Snapshot();
                var wrong = stored.Count(pair => held.GetValueOrDefault(pair.Key) != pair.Value.ResourceVersion()) + held.Keys.Count(key => !stored.ContainsKey(key));
                if (wrong > 0)
                {
                    return $"a watcher of {selector ?? "all"} has {wrong} of {held.Count} objects wrong (last error: {reflector.LastError?.Message ?? "none"}, {reflector.Staleness} since it heard of the server)";
                }
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runs);
        _watchers.ForEach(w => w.Story.Dispose());
        _clients.ForEach(c => c.Dispose());
        _stop.Dispose();
    }
}
