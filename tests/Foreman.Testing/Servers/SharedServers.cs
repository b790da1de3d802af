using Foreman.Testing.Kubelet;

namespace Foreman.Testing;

/// <summary>
/// The servers that all tests of an assembly share, each started when the first test asks for it, and stopped in the end:
/// every test assembly carries this type as its assembly fixture (see tests/Directory.Build.targets). The API server may be that of
/// the whole run, which ./test starts and stops.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private static readonly SharedServer<KubeApiServer> Kubernetes = new(KubeApiServer.OfTheRunAsync);
    private static readonly SharedServer<EmbeddedDevCluster> DevCluster = new(EmbeddedDevCluster.StartAsync);
    private static readonly SharedServer<KubeApiServer> KubernetesOfOperators = new(KubeApiServer.StartAsync);
    private static readonly SharedServer<EmbeddedDevCluster> DevClusterOfOperators = new(EmbeddedDevCluster.StartAsync);
    private static readonly SharedServer<PodCluster> Pods = new(() => PodCluster.StartAsync());
    private static readonly SharedServer<LlamaServer> Llama = new(() => Testing.LlamaServer.StartAsync());
    private static readonly SharedServer<OllamaServer> OllamaShared = new(OllamaServer.StartAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await K3sAttribute.StopAsync();
        await Pods.StopAsync();
        await OllamaShared.StopAsync();
        await Llama.StopAsync();
        await Kubernetes.StopAsync();
        await DevCluster.StopAsync();
        await KubernetesOfOperators.StopAsync();
        await DevClusterOfOperators.StopAsync();
    }

    internal static Task<KubeApiServer> KubeApiServerAsync() => Kubernetes.GetAsync();

    internal static Task<EmbeddedDevCluster> DevClusterAsync() => DevCluster.GetAsync();

    internal static Task<KubeApiServer> KubeApiServerOfOperatorsAsync() => KubernetesOfOperators.GetAsync();

    internal static Task<EmbeddedDevCluster> DevClusterOfOperatorsAsync() => DevClusterOfOperators.GetAsync();

    internal static Task<PodCluster> PodClusterAsync() => Pods.GetAsync();

    internal static Task<LlamaServer> LlamaServerAsync() => Llama.GetAsync();

    internal static Task<OllamaServer> OllamaServerAsync() => OllamaShared.GetAsync();
}
