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

    /// <summary>What the server holds, by selector; to be asked when nobody writes any more.</summary>
    public async Task<Dictionary<string, Dictionary<ObjectKey, string>>> HeldAsync(IKubernetes direct, string ns)
    {
        Dictionary<string, Dictionary<ObjectKey, string>> held = [];
        foreach (var selector in _watchers.Select(w => w.Selector).Distinct())
        {
            var list = await direct.ListAsync<V1ConfigMap>(ns, new() { LabelSelector = selector });
            held[selector ?? ""] = list.Items.ToDictionary(ObjectKey.Of, o => o.ResourceVersion());
        }

        return held;
    }

    /// <summary>Whether every store is what the server holds.</summary>
    public bool Agree(Dictionary<string, Dictionary<ObjectKey, string>> held) => _watchers.TrueForAll(watcher =>
    {
        var stored = watcher.Reflector.Store.Snapshot();
        var wanted = held[watcher.Selector ?? ""];
        return stored.Count == wanted.Count && stored.All(pair => wanted.GetValueOrDefault(pair.Key) == pair.Value.ResourceVersion());
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runs);
        _watchers.ForEach(w => w.Story.Dispose());
        _clients.ForEach(c => c.Dispose());
        _stop.Dispose();
    }
}
