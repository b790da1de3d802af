using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Chart;

/// <summary>
/// An API server of its own with controllers, because the chart brings definitions that other tests share, and helm against it.
/// Each test takes away what the one before left, and installs what it needs.
/// </summary>
public sealed class ChartCluster : IAsyncDisposable
{
    /// <summary>The tests that share it, one after the other.</summary>
    public const string Collection = "chart";

    public const string Space = "foreman-system";

    private readonly Lazy<Task<KubeApiServer>> _server = new(StartAsync);
    private readonly TempFolder _home = new();
    private bool _isUsed;

    public static string Path { get; } = RepositoryRoot.At("charts/foreman");

    public async Task<KubeApiServer> ServerAsync()
    {
        Assert.SkipUnless(RealParts.Helm.IsHere, RealParts.Helm.SkipReason ?? "");
        Assert.SkipUnless(RealParts.KubernetesAssets.IsHere, RealParts.KubernetesAssets.SkipReason ?? "");
        return await _server.Value;
    }

    public async Task<Kubectl> KubectlAsync() => (await ServerAsync()).Kubectl;

    public async Task<Helm> HelmAsync() => new((await ServerAsync()).AdminKubeconfigPath, _home);

    /// <summary>helm without a cluster, for lint and template.</summary>
    public Helm HelmAlone() => new(_home["none.kubeconfig"], _home);

    public async Task InstallAsync(params string[] more) =>
        await (await HelmAsync()).RunAsync(["install", "foreman", Path, "--namespace", Space, "--create-namespace", .. more]);

    /// <summary>Runs <c>foreman-operator enroll</c> as the admin.</summary>
    public async Task EnrollAsync(string node, params string[] more) => _ = (await CommandRun.RunAsync(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = ["enroll", node, "--kubeconfig", (await ServerAsync()).AdminKubeconfigPath, "--namespace", Space, .. more],
    })).Succeeded();

    /// <summary>Takes everything away that the test before left, but the definitions, which stay by design.</summary>
    public async Task CleanAsync()
    {
        if (!_isUsed)
        {
            _isUsed = true;
            return;
        }

        await (await HelmAsync()).TryAsync("uninstall", "foreman", "--namespace", Space, "--ignore-not-found");
        var kubectl = await KubectlAsync();
        await kubectl.RunAsync("delete", "namespace", Space, $"{Space}-hosts", "--ignore-not-found", "--timeout=60s");
        await kubectl.RunAsync("wait", "--for=delete", $"namespace/{Space}", $"namespace/{Space}-hosts", "--timeout=60s");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }

        _home.Dispose();
    }

    private static async Task<KubeApiServer> StartAsync()
    {
        var server = await KubeApiServer.StartAsync();
        server.StartControllers();
        return server;
    }
}

/// <summary>Names the fixture of the collection.</summary>
[CollectionDefinition(ChartCluster.Collection)]
public sealed class ChartClusterCollection : ICollectionFixture<ChartCluster>;
