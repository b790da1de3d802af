using Testcontainers.K3s;

namespace Foreman.Testing;

/// <summary>A K3s cluster in a container: a third server under the same tests, and the one that runs pods, where Docker runs.</summary>
public sealed class K3sCluster : IClusterUnderTest, IAsyncDisposable
{
    private const string Image = "rancher/k3s:v1.34.1-k3s1";

    private readonly K3sContainer _container;
    private readonly TempFolder _folder;
    private readonly NamespaceNames _names = new();

    private K3sCluster(K3sContainer container, TempFolder folder, string kubeconfig) =>
        (_container, _folder, AdminKubeconfigPath) = (container, folder, kubeconfig);

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason { get; } =
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_HOST")) || File.Exists("/var/run/docker.sock") ? null
            : "no Docker here: K3s runs in a container; start Docker, or set DOCKER_HOST";

    /// <inheritdoc/>
    public string Name => "k3s";

    /// <inheritdoc/>
    public string AdminKubeconfigPath { get; }

    /// <inheritdoc/>
    public bool EnforcesRbac => true;

    /// <inheritdoc/>
    public bool EvaluatesCel => true;

    /// <inheritdoc/>
    public Kubectl Kubectl => new(AdminKubeconfigPath);

    /// <summary>Starts one of its own; skips the running test when there is none to be had.</summary>
    public static async Task<K3sCluster> StartAsync()
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        var container = new K3sBuilder(Image).Build();
        await container.StartAsync();
        var folder = new TempFolder();
        return new K3sCluster(container, folder, folder.Write("admin.kubeconfig", await container.GetKubeconfigAsync()));
    }

    /// <inheritdoc/>
    public async Task<string> NewNamespaceAsync(string prefix = "test")
    {
        var name = _names.Next(prefix);
        await Kubectl.RunAsync("create", "namespace", name);
        return name;
    }

    /// <inheritdoc/>
    public async Task<string> KubeconfigForAsync(string serviceAccount, string space)
    {
        if ((await Kubectl.TryAsync("get", "serviceaccount", serviceAccount, "-n", space)).ExitCode != 0)
        {
            await Kubectl.RunAsync("create", "serviceaccount", serviceAccount, "-n", space);
        }

        var token = await Kubectl.RunAsync("create", "token", serviceAccount, "-n", space, "--duration=1h");
        var path = _folder.Write($"{space}-{serviceAccount}-{Guid.NewGuid():n}.kubeconfig", await File.ReadAllTextAsync(AdminKubeconfigPath));
        var asServiceAccount = new Kubectl(path);
        await asServiceAccount.RunAsync("config", "set-credentials", serviceAccount, $"--token={token.Trim()}");
        await asServiceAccount.RunAsync("config", "set-context", "--current", $"--user={serviceAccount}", $"--namespace={space}");
        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _folder.Dispose();
    }
}
