using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Fleet;

/// <summary>An API server for one row of the table: a process of its own with Foreman's kinds and nothing else in it.</summary>
internal sealed class FleetCluster : IAsyncDisposable
{
    /// <summary>The embedded dev cluster, as <c>--server</c> calls it.</summary>
    public const string Dev = "dev";

    /// <summary>kube-apiserver, as <c>--server</c> calls it.</summary>
    public const string Kube = "kube";

    /// <summary>Namespace of the tasks.</summary>
    public const string Space = "bench";

    /// <summary>Namespace of the hosts' Leases.</summary>
    public const string ForemanSpace = "foreman-system";

    private const int AtOnce = 32;
    private const int BetweenLines = 5000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IAsyncDisposable _server;

    private FleetCluster(string kubeconfig, IAsyncDisposable server)
    {
        (Kubeconfig, _server) = (kubeconfig, server);
        Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    /// <summary>A kubeconfig that may do everything.</summary>
    public string Kubeconfig { get; }

    /// <summary>A client that may do everything.</summary>
    public KubernetesClient Client { get; }

    /// <summary>What a server is called in tables.</summary>
    /// <param name="server">dev or kube.</param>
    public static string NameOf(string server) => server == Kube ? "kube-apiserver" : "dev cluster";

    /// <summary>Starts one and makes the namespaces.</summary>
    /// <param name="server">dev or kube.</param>
    public static async Task<FleetCluster> StartAsync(string server)
    {
        var cluster = server == Kube ? await StartKubeAsync() : await StartDevAsync();
        try
        {
            await Eventually.TrueAsync(() => cluster.ServesForemanAsync(), "Foreman's kinds to be served", Patience);
            await FleetUnderTest.MakeNamespaceAsync(cluster.Client, ForemanSpace);
            await FleetUnderTest.MakeNamespaceAsync(cluster.Client, Space);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A task that any host takes.</summary>
    /// <param name="name">Its name.</param>
    public static AgenticTask NewTask(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = Space },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." }, Placement = Placement.Node },
    };

    /// <summary>Name of one of many.</summary>
    /// <param name="word">What they are.</param>
    /// <param name="number">Which of them.</param>
    public static string Numbered(string word, int number) => string.Create(CultureInfo.InvariantCulture, $"{word}-{number:00000}");

    /// <summary>Creates tasks, many at once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="make">Makes the one with a number from 0.</param>
    /// <param name="stop">Gives up.</param>
    public async Task CreateTasksAsync(int count, Func<int, AgenticTask> make, CancellationToken stop)
    {
        var made = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (number, token) =>
        {
            await Client.CreateAsync(make(number), cancellationToken: token);
            var so = Interlocked.Increment(ref made);
            if (so % BetweenLines == 0)
            {
                FleetProgress.Tell($"  {so:N0} of {count:N0} tasks created");
            }
        });
    }

    /// <summary>Deletes all tasks and waits until they are gone.</summary>
    /// <param name="stop">Gives up.</param>
    public async Task DeleteTasksAsync(CancellationToken stop)
    {
        await Client.DeleteCollectionAsync<AgenticTask>(Space, cancellationToken: stop);
        await Eventually.TrueAsync(
            async () => (await Client.ListAsync<AgenticTask>(Space, new ListOptions { Limit = 1 }, stop)).Items.Count == 0, "all tasks to be deleted", Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is RealProcess process)
        {
            // So that it removes its folder.
            await process.StopAsync();
        }

        await _server.DisposeAsync();
    }

    private static async Task<FleetCluster> StartDevAsync()
    {
        var process = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
        return new FleetCluster((await process.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value, process);
    }

    private static async Task<FleetCluster> StartKubeAsync()
    {
        var server = await KubeApiServer.StartAsync();
        await ForemanDefinitions.InstallAsync(server);
        return new FleetCluster(server.AdminKubeconfigPath, server);
    }

    private async Task<bool> ServesForemanAsync()
    {
        try
        {
            await Client.ListAsync<AgenticTask>(null, new ListOptions { Limit = 1 });
            await Client.ListAsync<FleetNode>(null, new ListOptions { Limit = 1 });
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
