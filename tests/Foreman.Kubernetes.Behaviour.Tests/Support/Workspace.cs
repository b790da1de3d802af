using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>A client and a namespace that one test has for itself, on a cluster that serves <see cref="Gadget"/> and Gizmo.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Prepared = new();
    private static readonly string Run = Guid.NewGuid().ToString("n")[..6];
    private static int _spaces;

    private readonly ConcurrentQueue<string> _warnings = new();

    private Workspace(IClusterUnderTest cluster)
    {
        Cluster = cluster;
        Client = new KubernetesClient(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath),
            new() { OnWarning = _warnings.Enqueue, FieldManager = "tester" });
        Namespace = $"b-{Run}-{Interlocked.Increment(ref _spaces)}";
    }

    public IClusterUnderTest Cluster { get; }

    public KubernetesClient Client { get; }

    public IDynamicKubernetes Dynamic => Client.Dynamic;

    public string Namespace { get; }

    /// <summary>What the server warned about so far.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    public static async Task<Workspace> OpenAsync(IClusterUnderTest cluster)
    {
        var workspace = new Workspace(cluster);
        await Prepared.GetOrAdd(cluster.AdminKubeconfigPath, _ => new Lazy<Task>(() => Definitions.InstallAsync(workspace.Client))).Value;
        await workspace.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = workspace.Namespace } });
        return workspace;
    }

    public void Dispose() => Client.Dispose();

    /// <summary>A name for an object of the whole cluster that no other test uses.</summary>
    public string ClusterName(string end) => $"{Namespace}-{end}";

    public ResourceKey Key(string name) => new(Gadget.Type, name, Namespace);

    public ResourceKey Key<T>(string name)
        where T : class, IResource<T> => new(T.Type, name, T.Type.Namespaced ? Namespace : null);

    /// <summary>A Gadget as JSON.</summary>
    public JsonObject Manifest(string name, string spec = """{"kind":"a"}""", string metadata = "{}")
    {
        var about = Tree.Of(metadata);
        about["name"] = name;
        about["namespace"] = Namespace;
        return new() { ["apiVersion"] = Gadget.Type.ApiVersion, ["kind"] = Gadget.Type.Kind, ["metadata"] = about, ["spec"] = Tree.Of(spec) };
    }

    public Task<JsonObject> CreateAsync(string name, string spec = """{"kind":"a"}""", string metadata = "{}", WriteOptions? options = null) =>
        Dynamic.CreateAsync(Manifest(name, spec, metadata), options);

    public async Task<JsonObject> ReadAsync(string name) =>
        await Dynamic.TryReadAsync(Gadget.Type, name, Namespace) ?? throw new InvalidOperationException($"There is no Gadget {name}.");

    public Task<JsonObject?> TryReadAsync(string name) => Dynamic.TryReadAsync(Gadget.Type, name, Namespace);

    public Task<JsonObject> ListAsync(ListOptions? options = null) => Dynamic.ListAsync(Gadget.Type, Namespace, options);

    public Task<JsonObject> MergeAsync(string name, string patch, PatchOptions? options = null) =>
        Dynamic.PatchAsync(Key(name), V1Patch.Merge(Tree.Of(patch)), options);

    /// <summary>A JSON Patch from the text of its array.</summary>
    public Task<JsonObject> JsonPatchAsync(string name, string operations, PatchOptions? options = null) =>
        Dynamic.PatchAsync(Key(name), new V1Patch(PatchType.JsonPatch, JsonNode.Parse(operations)!), options);

    /// <summary>Server-side apply of a Gadget with a spec.</summary>
    public Task<JsonObject> ApplyAsync(string manager, string name, string spec, bool force = false, string metadata = "{}") =>
        Dynamic.ApplyAsync(Manifest(name, spec, metadata), new() { FieldManager = manager, Force = force });

    public Task<JsonObject> SetPhaseAsync(string name, string phase) =>
        MergeAsync(name, $$$"""{"status":{"phase":"{{{phase}}}"}}""", new() { Subresource = "status" });

    /// <summary>The refusal that a call ends with.</summary>
    public static Task<KubernetesException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<KubernetesException>(call);
}
