using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// A cluster in which pods run: etcd, kube-apiserver, kube-controller-manager (Jobs, CronJobs, garbage collection, TTL), kube-scheduler,
/// and small kubelets. A Job lives in it as in any other.
/// </summary>
public sealed class PodCluster : IAsyncDisposable
{
    private readonly List<SmallKubelet> _more = [];

    private PodCluster(KubeApiServer server)
    {
        Server = server;
        Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.AdminKubeconfigPath));
    }

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason => KubeApiServer.OwnSkipReason ?? SmallKubelet.SkipReason;

    /// <summary>Its API server.</summary>
    public KubeApiServer Server { get; }

    /// <summary>A client that may do everything.</summary>
    public KubernetesClient Client { get; }

    /// <summary>The images that all its kubelets can pull.</summary>
    public KubeletImages Images { get; } = new();

    /// <summary>Its first node.</summary>
    public SmallKubelet Kubelet { get; private set; } = null!;

    /// <summary>Starts one of its own; skips the running test when there is none to be had.</summary>
    /// <param name="options">What its first node is like; null for the defaults.</param>
    public static async Task<PodCluster> StartAsync(KubeletOptions? options = null)
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        var server = await KubeApiServer.StartAsync();
        var cluster = new PodCluster(server);
        try
        {
            server.StartPodControllers();
            cluster.Kubelet = await cluster.NewKubeletAsync(options);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The one that the tests of an assembly share; skips the running test when there is none to be had.</summary>
    public static Task<PodCluster> SharedAsync() => SharedServers.PodClusterAsync();

    /// <summary>Adds a node. Its disposal takes the node away again; what is left goes with the cluster.</summary>
    /// <param name="options">What it is like; null for the defaults.</param>
    public async Task<SmallKubelet> AddNodeAsync(KubeletOptions? options = null)
    {
        var kubelet = await NewKubeletAsync(options);
        lock (_more)
        {
            _more.Add(kubelet);
        }

        return kubelet;
    }

    /// <summary>Makes a namespace that no other test uses and waits until pods can be made in it.</summary>
    /// <param name="prefix">Its name begins so.</param>
    public async Task<string> NewNamespaceAsync(string prefix = "pods")
    {
        var space = await Server.NewNamespaceAsync(prefix);
        await SayingWhyAsync(Eventually.TrueAsync(
            async () => await Client.TryReadAsync<V1ServiceAccount>("default", space) is not null
                && await Client.TryReadAsync<V1ConfigMap>("kube-root-ca.crt", space) is not null,
            $"the ServiceAccount default and the ConfigMap kube-root-ca.crt in {space}",
            TimeSpan.FromMinutes(1)));
        return space;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var kubelet in _more)
        {
            await kubelet.DisposeAsync();
        }

        if (Kubelet is not null)
        {
            await Kubelet.DisposeAsync();
        }

        Client.Dispose();
        await Server.DisposeAsync();
    }

    private async Task<SmallKubelet> NewKubeletAsync(KubeletOptions? options)
    {
        var starting = SmallKubelet.StartAsync(Client.Configuration, Server.KubeletCertificates, Images, options ?? new());
        await SayingWhyAsync(starting);
        return await starting;
    }

    // A controller that has ended is why what it does never comes.
    private async Task SayingWhyAsync(Task waiting)
    {
        try
        {
            await waiting;
        }
        catch (TimeoutException e) when (Server.EndedControllers is { } said)
        {
            throw new TimeoutException($"{e.Message} A part of the control plane has ended:\n{said}", e);
        }
    }
}
