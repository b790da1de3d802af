using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>
/// A real kube-apiserver with the chart installed. Fleets use it one after the other, each in a namespace of its own, for an operator takes every task
/// there is: starting a server and installing the chart for each of them would be most of what their tests cost.
/// </summary>
public sealed class FleetCluster : IAsyncDisposable
{
    /// <summary>Namespace of the release and of the Leases.</summary>
    public const string ReleaseNamespace = "foreman-system";

    // The chart grants rights in namespaces that are named when it is installed.
    private const int Fleets = 8;

    private static readonly ConcurrentStack<FleetCluster> Idle = [];

    private readonly TempFolder _folder = new("foreman-e2e-");
    private readonly Queue<string> _unused = [];

    private FleetCluster(KubeApiServer server)
    {
        Server = server;
        Kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.AdminKubeconfigPath));
    }

    /// <summary>The API server.</summary>
    public KubeApiServer Server { get; }

    /// <summary>A client that may do everything.</summary>
    public KubernetesClient Kubernetes { get; }

    /// <summary>Namespace of the tasks of the fleet that has it now.</summary>
    public string Namespace { get; private set; } = "";

    /// <summary>Kubeconfig with the identity that the chart gives the operator.</summary>
    public string OperatorKubeconfig { get; private set; } = "";

    /// <summary>One that no other fleet uses: one that was given back, else a new one.</summary>
    public static async Task<FleetCluster> TakeAsync()
    {
        var cluster = Idle.TryPop(out var idle) ? idle : await StartAsync();
        cluster.Namespace = cluster._unused.Dequeue();
        return cluster;
    }

    /// <summary>Lets other fleets have it, without anything that this one made. Its processes must have ended.</summary>
    public async Task GiveBackAsync()
    {
        if (_unused.Count == 0)
        {
            await DisposeAsync();
            return;
        }

        try
        {
            await CleanAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        Idle.Push(this);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kubernetes.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Stops those that nobody uses.</summary>
    internal static async Task StopIdleAsync()
    {
        while (Idle.TryPop(out var cluster))
        {
            await cluster.DisposeAsync();
        }
    }

    private static async Task<FleetCluster> StartAsync()
    {
        var cluster = new FleetCluster(await KubeApiServer.StartAuditedAsync());
        try
        {
            await cluster.InstallAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task InstallAsync()
    {
        for (var fleet = 0; fleet < Fleets; fleet++)
        {
            _unused.Enqueue(await Server.NewNamespaceAsync("work"));
        }

        await new Helm(Server.AdminKubeconfigPath, _folder).RunAsync(
            "install", "foreman", RepositoryRoot.At("charts/foreman"),
            "--namespace", ReleaseNamespace, "--create-namespace", "--set", $"taskNamespaces={{{string.Join(',', _unused)}}}");
        OperatorKubeconfig = await Server.KubeconfigForAsync("foreman-operator", ReleaseNamespace);
    }

    // An operator looks at the kinds of Foreman in all namespaces, at the Leases of the hosts and at the quotas.
    private async Task CleanAsync()
    {
        await EmptyAsync<Workflow>(Namespace);
        await EmptyAsync<Workload>(Namespace);
        await EmptyAsync<AgenticTask>(Namespace);
        await EmptyAsync<RunLog>(Namespace);
        await EmptyAsync<Api.Agent>(Namespace);
        await EmptyAsync<FleetNode>(null);
        await EmptyAsync<AgentRelease>(null);
        await EmptyAsync<ModelProfile>(null);
        await EmptyAsync<V1Lease>(ReleaseNamespace);
        await EmptyAsync<CoreV1Event>(ReleaseNamespace);
        await Kubernetes.TryDeleteAsync<V1ConfigMap>("foreman-quotas", ReleaseNamespace);
    }

    private async Task EmptyAsync<T>(string? space)
        where T : class, IResource<T>
    {
        await Kubernetes.DeleteCollectionAsync<T>(space);
        var left = (await Kubernetes.ListAsync<T>(space)).Items;
        if (left.Count > 0)
        {
            throw new InvalidOperationException($"{T.Type.Plural} are left behind: {string.Join(", ", left.Select(o => o.Metadata.Name))}");
        }
    }
}

/// <summary>Stops the clusters that fleets used when the last test has run.</summary>
public sealed class FleetClusters : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await FleetCluster.StopIdleAsync();
}
