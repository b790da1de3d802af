using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Hosting;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Lifecycle;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Watching;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Builder;

namespace Foreman.DevCluster;

/// <summary>
/// A Kubernetes API server within this process, for one machine: HTTPS on 127.0.0.1, its own certificate authority, a bearer token of its
/// owner and those of ServiceAccounts, everything in memory. Clients use its kubeconfig.
/// </summary>
public sealed class DevClusterServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServerCertificates _certificates;
    private readonly WebApplication _app;
    private readonly ObjectStore _store;
    private readonly GarbageCollector _collector;
    private bool _disposed;

    private DevClusterServer(DevClusterOptions options)
    {
        var time = options.TimeProvider;
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _certificates = ServerCertificates.Create(time);

        // Versions start at the clock's milliseconds, so that a version of an earlier cluster is too old here: its watches get 410 and list again.
        _store = new ObjectStore(time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(1, options.WatchHistory));
        var catalog = new ResourceCatalog();
        foreach (var kind in BuiltinSchemas.Kinds)
        {
            catalog.Set(kind);
        }

        var rules = new BuiltinRules(_store, catalog, time);
        var names = new NameSource(options.Random ?? new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
        var environment = new WriteEnvironment(_store, rules.For, time, names) { Policies = new AdmissionPolicies(_store) };
        GarbageCollector? collector = null;
        var deleter = new ObjectDeleter(environment, item => collector!.Orphan(item));
        _collector = collector = new GarbageCollector(_store, deleter);
        var writer = new ObjectWriter(environment);
        CreateNamespaces(writer, catalog, ["default", "kube-system", .. options.Namespaces]);
        var services = new ClusterServices(_store, catalog, environment, writer, deleter, new ListHandler(_store), new WatchHandler(_store, time, _stopping.Token));
        _app = WebHost.Build(options.Port, _certificates, () => new ApiServer(services, Token).HandleAsync);
    }

    /// <summary>The kubeconfig, readable by its owner only. It is written when the server listens and removed when it stops.</summary>
    public string KubeconfigPath { get; private set; } = "";

    /// <summary>Where the server listens: <c>https://127.0.0.1:PORT/</c>.</summary>
    public Uri Url { get; private set; } = new("https://127.0.0.1/");

    /// <summary>The bearer token of the cluster's owner.</summary>
    public string Token { get; }

    /// <summary>The certificate authority to trust, as PEM.</summary>
    public string CaPem => _certificates.AuthorityPem;

    /// <summary>Starts a cluster; it serves once this returns.</summary>
    /// <param name="options">Where to put the kubeconfig, and the port.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">The port is taken, or the kubeconfig can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static async Task<DevClusterServer> StartAsync(DevClusterOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new DevClusterServer(options);
        try
        {
            await server._app.StartAsync(cancellationToken);
            server.Url = WebHost.Address(server._app);
            server.KubeconfigPath = KubeconfigFile.Write(options.StateDirectory, server.Url, server.CaPem, server.Token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends open watches, stops listening and removes the kubeconfig.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync();
        _store.CloseWatches();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _collector.DisposeAsync();
        _certificates.Dispose();
        _stopping.Dispose();
        if (KubeconfigPath.Length > 0)
        {
            File.Delete(KubeconfigPath);
        }
    }

    private static void CreateNamespaces(ObjectWriter writer, ResourceCatalog catalog, IEnumerable<string> names)
    {
        var type = catalog.Find("", "v1", NamespaceLifecycle.Namespaces)!;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var root = new JsonObject { ["apiVersion"] = "v1", ["kind"] = type.Kind, ["metadata"] = new JsonObject { ["name"] = name } };
            writer.Create(new WriteTarget(type, new ObjectName("", name), null), new DecodedJson(root, []), new WriteOptions());
        }
    }
}
