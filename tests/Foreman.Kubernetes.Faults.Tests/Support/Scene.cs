using System.Text.Json.Nodes;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Support;

/// <summary>A namespace of its own, a proxy of its own before the cluster, and a client that does not go through it.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<IDisposable> _clients = [];

    private Scene(FaultProxy proxy, KubernetesClient direct, string ns)
    {
        Proxy = proxy;
        Direct = direct;
        Namespace = ns;
    }

    public FaultProxy Proxy { get; }

    /// <summary>The way around the proxy.</summary>
    public KubernetesClient Direct { get; }

    public string Namespace { get; }

    public static async Task<Scene> StartAsync(IClusterUnderTest cluster, FaultProxyOptions? options = null)
    {
        var direct = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var ns = $"faults-{Guid.NewGuid():n}";
        await direct.CreateAsync(new V1Namespace { Metadata = new() { Name = ns } });
        return new Scene(await FaultProxy.StartAsync(cluster, options), direct, ns);
    }

    /// <summary>A client through the proxy; it lives as long as the scene.</summary>
    public KubernetesClient Client(KubernetesClientOptions? options = null, Func<KubernetesClientConfiguration, KubernetesClientConfiguration>? change = null)
    {
        var configuration = Proxy.Configuration;
        var client = new KubernetesClient(change is null ? configuration : change(configuration), options);
        _clients.Add(client);
        return client;
    }

    /// <summary>A reflector through the proxy, ready and watching, with its story; it ends with the scene.</summary>
    public async Task<Follower> FollowAsync(KubernetesClient? client = null, ReflectorOptions? options = null, ManualTimeProvider? clock = null)
    {
        var follower = Follow(client, options, clock);
        await follower.ReadyAsync();
        var followers = _parts.OfType<Follower>().Count();
        await follower.PassAsync(() => OpenWatches >= followers, "a watch to be open");
        return follower;
    }

    /// <summary>A reflector through the proxy that has just been started.</summary>
    public Follower Follow(KubernetesClient? client = null, ReflectorOptions? options = null, ManualTimeProvider? clock = null)
    {
        var follower = new Follower(this, client ?? Client(), options ?? new() { Seed = 1 }, clock);
        _parts.Add(follower);
        return follower;
    }

    /// <summary>How often all objects were asked for, as a list or as a stream.</summary>
    public int Listings => Proxy.Journal.Entries.Count(e => e.Call.Lists);

    private int OpenWatches => Proxy.Journal.Entries.Count(e => e is { Call.Verb: "watch", Status: 200, Ended: false });

    /// <summary>From now on the server has lists in pages only.</summary>
    public void RefuseStreamingLists() => Proxy.Inject(new CallMatch { InitialEvents = true }, new Fault.Answer(400));

    /// <summary>Begins to write down what really happens.</summary>
    public async Task<History> RecordAsync()
    {
        var history = new History(Direct, Namespace, await Direct.ListAsync<V1ConfigMap>(Namespace));
        _parts.Add(history);
        return history;
    }

    public Task<V1ConfigMap> CreateAsync(string name, int size = 0) => Direct.CreateAsync(new V1ConfigMap
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Data = new Dictionary<string, string> { ["turn"] = "0", ["ballast"] = new('x', size) },
    });

    public Task<V1ConfigMap> ChangeAsync(string name, string value) => Direct.PatchAsync<V1ConfigMap>(
        V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["turn"] = value } }), name, Namespace);

    public Task DeleteAsync(string name) => Direct.DeleteAsync<V1ConfigMap>(name, Namespace);

    /// <summary>Several objects at once.</summary>
    public async Task CreateManyAsync(int count, int size = 0) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => CreateAsync($"object-{i:000}", size)));

    /// <summary>Writes of all kinds in a fixed order: some objects stay, some go, some come again under the same name.</summary>
    public async Task ChurnAsync(string prefix, int rounds = 4)
    {
        for (var i = 0; i < rounds; i++)
        {
            await CreateAsync($"{prefix}-{i}");
            await CreateAsync($"{prefix}-passing-{i}");
            await ChangeAsync($"{prefix}-{i}", "1");
            await DeleteAsync($"{prefix}-passing-{i}");
            await CreateAsync($"{prefix}-passing-{i}");
            await ChangeAsync($"{prefix}-0", $"round {i}");
            if (i % 2 == 0)
            {
                await DeleteAsync($"{prefix}-passing-{i}");
            }
        }
    }

    /// <summary>What the server holds.</summary>
    public async Task<IReadOnlyList<V1ConfigMap>> FreshAsync() => (await Direct.ListAsync<V1ConfigMap>(Namespace)).Items;

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _clients.ForEach(c => c.Dispose());
        await Proxy.DisposeAsync();
        Direct.Dispose();
    }
}
