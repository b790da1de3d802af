using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Inspect;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>Hosts, Agents and InferenceServices of a simulation, as manifests. Pure.</summary>
/// <param name="Nodes">The hosts, with their status.</param>
/// <param name="Agents">The Agents.</param>
/// <param name="Services">The InferenceServices, with their status.</param>
internal sealed record FleetFile(IReadOnlyList<FleetNode> Nodes, IReadOnlyList<Agent> Agents, IReadOnlyList<InferenceService> Services)
{
    /// <summary>Reads a file; of several objects with one name the last one counts, and other kinds play no part.</summary>
    /// <param name="manifests">Its documents.</param>
    /// <param name="source">What it is called in messages.</param>
    public static FleetFile Of(IReadOnlyList<JsonObject> manifests, string source) => new(
        [.. All<FleetNode>(manifests, source)],
        [.. All<Agent>(manifests, source).Select(a => a with { Metadata = a.Metadata with { NamespaceProperty = a.Namespace() ?? "default" } })],
        [.. All<InferenceService>(manifests, source).Select(s => s with { Metadata = s.Metadata with { NamespaceProperty = s.Namespace() ?? "default" } })]);

    /// <summary>The file of a fleet: what names its machines' processes and times is left out.</summary>
    public string ToYaml() => string.Join(
        "---\n",
        Nodes.Select(n => JsonToYaml.Convert(Json(n with { Metadata = Plain(n.Metadata), Status = n.Status is { } s ? s with { Instance = null, CurrentTask = null, CurrentTasks = null, UsedSlots = null, LastHeartbeatTime = null } : null })))
            .Concat(Agents.Select(a => JsonToYaml.Convert(Json(a with { Metadata = Plain(a.Metadata) }))))
            .Concat(Services.Select(s => JsonToYaml.Convert(Json(s with { Metadata = Plain(s.Metadata) })))));

    /// <summary>The InferenceServices as decisions see them.</summary>
    public IReadOnlyDictionary<ObjectKey, InferenceEndpoint> Endpoints => Services.ToDictionary(s => ObjectKey.Of(s), s => s.ToEndpoint());

    private static IEnumerable<T> All<T>(IReadOnlyList<JsonObject> manifests, string source)
        where T : class, IResource<T> => manifests
            .Where(m => ManifestFile.KindOf(m) == T.Type.Kind)
            .Select(m => ManifestFile.As<T>(m, source))
            .GroupBy(o => ObjectKey.Of(o))
            .Select(g => g.Last());

    private static JsonObject Json<T>(T obj)
        where T : class, IResource<T> => (JsonObject)JsonSerializer.SerializeToNode(obj, T.TypeInfo)!;

    private static V1ObjectMeta Plain(V1ObjectMeta metadata) => new() { Name = metadata.Name, NamespaceProperty = metadata.NamespaceProperty, Labels = metadata.Labels };
}
