using System.Reflection;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing;

/// <summary>
/// A real Kubernetes API server: etcd and kube-apiserver from the folder KUBEBUILDER_ASSETS, else the throw-away cluster whose
/// admin kubeconfig FOREMAN_TEST_KUBECONFIG names.
/// </summary>
public sealed class KubeApiServer : IClusterUnderTest, IAsyncDisposable
{
    /// <summary>Names the admin kubeconfig of the API server that the test projects of one run share; set by ./test.</summary>
    private const string RunVariable = "FOREMAN_TEST_RUN_KUBECONFIG";

    private readonly ControlPlane? _plane;
    private readonly TempFolder _folder = new();
    private readonly bool _ofTheRun;
    private readonly NamespaceNames _names = new();

    // A kubectl for everything that tests need of a server would cost more than many of them.
    private readonly Lazy<KubernetesClient> _client;

    private KubeApiServer(ControlPlane? plane, string kubeconfig)
    {
        _plane = plane;
        AdminKubeconfigPath = kubeconfig;
        _client = new(NewClient);
    }

    // With a kubeconfig of its own, beside which kubectl caches: other processes use the server at the same time.
    private KubeApiServer(string runKubeconfig)
    {
        _ofTheRun = true;
        AdminKubeconfigPath = _folder.Write("admin.kubeconfig", File.ReadAllText(runKubeconfig));
        _client = new(NewClient);
    }

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason => RealParts.KubernetesAssets.IsHere || External is not null ? null : RealParts.KubernetesAssets.SkipReason;

    /// <summary>Why none can be had that nothing else uses; null when one can.</summary>
    public static string? OwnSkipReason => RealParts.KubernetesAssets.IsHere ? null : RealParts.KubernetesAssets.SkipReason;

    /// <inheritdoc/>
    public string Name => "kube-apiserver";

    /// <inheritdoc/>
    public string AdminKubeconfigPath { get; }

    /// <summary>File with one line of JSON (audit.k8s.io/v1 Event) for each request of a ServiceAccount; null where none are noted.</summary>
    public string? AuditLog => _plane?.AuditLog;

    /// <inheritdoc/>
    public bool EnforcesRbac => true;

    /// <inheritdoc/>
    public bool EvaluatesCel => true;

    /// <inheritdoc/>
    public Kubectl Kubectl => new(AdminKubeconfigPath);

    /// <summary>The authority of its kubelets.</summary>
    internal KubeletCertificates KubeletCertificates => Own.Kubelets;

    /// <summary>What controllers wrote that have ended; null when none has.</summary>
    internal string? EndedControllers => _plane?.EndedControllers;

    private ControlPlane Own => _plane ?? throw new InvalidOperationException("Pods run only on an API server that the tests started themselves.");

    private static string? External => Environment.GetEnvironmentVariable("FOREMAN_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    /// <summary>Starts one of its own; skips the running test when there is none to be had.</summary>
    public static Task<KubeApiServer> StartAsync() => StartPlaneAsync(audits: false);

    /// <summary>The same, with <see cref="AuditLog"/>.</summary>
    public static Task<KubeApiServer> StartAuditedAsync() => StartPlaneAsync(audits: true);

    private static async Task<KubeApiServer> StartPlaneAsync(bool audits)
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        if (RealParts.KubernetesAssets.Path is not { } assets)
        {
            return new KubeApiServer(null, External!);
        }

        var plane = await ControlPlane.StartAsync(assets, audits);
        return new KubeApiServer(plane, plane.AdminKubeconfig);
    }

    /// <summary>The one that the tests of an assembly share; skips the running test when there is none to be had.</summary>
    public static Task<KubeApiServer> SharedAsync() => SharedServers.KubeApiServerAsync();

    /// <summary>
    /// The one that the test projects of a run share, where ./test started one and this project does not ask for its own
    /// (<c>OwnApiServer</c> in tests/Directory.Build.targets); else a new one.
    /// </summary>
    internal static Task<KubeApiServer> OfTheRunAsync()
    {
        var own = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().Any(a => a is { Key: "OwnApiServer", Value: "true" }) == true;
        return !own && Environment.GetEnvironmentVariable(RunVariable) is { Length: > 0 } path ? Task.FromResult(new KubeApiServer(path)) : StartAsync();
    }

    /// <summary>Runs kube-controller-manager from now on: owners' garbage is collected, deleted namespaces go. Nothing to do on an external cluster.</summary>
    /// <exception cref="InvalidOperationException">Other projects use the server too, and don't expect this.</exception>
    public void StartControllers()
    {
        if (_ofTheRun)
        {
            throw new InvalidOperationException("Controllers on the API server of the whole run would change what other projects see: set OwnApiServer for this project in tests/Directory.Build.targets.");
        }

        _plane?.StartControllers();
    }

    /// <summary>Runs kube-controller-manager and kube-scheduler from now on, for kubelets.</summary>
    internal void StartPodControllers() => Own.StartPodControllers();

    /// <inheritdoc/>
    public async Task<string> NewNamespaceAsync(string prefix = "test")
    {
        var name = _names.Next(prefix);
        await _client.Value.CreateAsync(new V1Namespace { Metadata = new() { Name = name } });
        return name;
    }

    /// <inheritdoc/>
    public async Task<string> KubeconfigForAsync(string serviceAccount, string space)
    {
        if (await _client.Value.TryReadAsync<V1ServiceAccount>(serviceAccount, space) is null)
        {
            await _client.Value.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = serviceAccount, NamespaceProperty = space } });
        }

        var answer = await _client.Value.Dynamic.CreateSubresourceAsync(
            new(V1ServiceAccount.Type, serviceAccount, space), "token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } });
        return _folder.Write(
            $"{space}-{serviceAccount}-{Guid.NewGuid():n}.kubeconfig",
            KubeconfigText.ForToken(await UrlAsync(), await AuthorityAsync(), (string)answer["status"]!["token"]!, space));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _folder.Dispose();
    }

    private KubernetesClient NewClient() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(AdminKubeconfigPath));

    private async Task<string> UrlAsync() =>
        _plane?.Url ?? (await ConfigAsync("{.clusters[0].cluster.server}")).Trim();

    private async Task<string> AuthorityAsync() =>
        _plane?.Authority
        ?? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((await ConfigAsync("{.clusters[0].cluster.certificate-authority-data}")).Trim()));

    private Task<string> ConfigAsync(string jsonPath) =>
        Kubectl.RunAsync("config", "view", "--minify", "--raw", "--flatten", "-o", $"jsonpath={jsonPath}");
}
