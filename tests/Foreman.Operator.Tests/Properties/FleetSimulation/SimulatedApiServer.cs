using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>One change of a stored object.</summary>
/// <param name="Version">Resource version after the change.</param>
/// <param name="Object">The object after the change.</param>
internal sealed record StoredChange(int Version, IKubernetesObject Object);

/// <summary>
/// The objects as JSON documents with resource versions. Patches are applied to the documents as kube-apiserver does: all operations
/// of a request or none. The validation rules of the CRDs are left out, so that nothing but the tests in the patches protects a task.
/// </summary>
internal sealed class SimulatedApiServer
{
    private readonly SortedDictionary<string, JsonObject> _documents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IKubernetesObject> _objects = new(StringComparer.Ordinal);

    /// <summary>Called with the object before (null: created) and after each change.</summary>
    public Action<IKubernetesObject?, IKubernetesObject> OnChange { get; set; } = static (_, _) => { };

    /// <summary>All changes, in the order of their versions.</summary>
    public List<StoredChange> Log { get; } = [];

    /// <summary>The newest version.</summary>
    public int Version { get; private set; }

    public IEnumerable<IKubernetesObject> Objects => _objects.Values;

    public IEnumerable<AgenticTask> Tasks => _objects.Values.OfType<AgenticTask>();

    public T? Find<T>(string name)
        where T : class, IResource<T> => _objects.GetValueOrDefault($"{T.Type.Kind}/{name}") as T;

    public void Create<T>(T obj)
        where T : class, IResource<T>
    {
        var document = JsonSerializer.SerializeToNode(obj, T.TypeInfo)!.AsObject();
        Store<T>($"{T.Type.Kind}/{obj.Name()}", document);
    }

    /// <summary>Carries out a JSON Patch or a merge patch.</summary>
    /// <exception cref="KubernetesException">404, or 422 with empty details when a test fails or a path is absent.</exception>
    public string Patch(string kind, string name, V1Patch patch) => kind switch
    {
        "AgenticTask" => Patch<AgenticTask>(name, patch),
        "FleetNode" => Patch<FleetNode>(name, patch),
        _ => Patch<V1Lease>(name, patch),
    };

    public string Patch<T>(string name, V1Patch patch)
        where T : class, IResource<T>
    {
        var key = $"{T.Type.Kind}/{name}";
        if (!_documents.TryGetValue(key, out var stored))
        {
            throw new KubernetesException(new V1Status { Message = "not found" }, HttpStatusCode.NotFound);
        }

        var changed = stored.DeepClone().AsObject();
        if (patch.Type == PatchType.MergePatch)
        {
            Merge(changed, patch.Content.AsObject());
        }
        else if (!patch.Content.AsArray().All(o => DocumentPatch.Apply(changed, o!.AsObject())))
        {
            throw new KubernetesException(new V1Status { Message = "the server rejected our request due to an error in our request" }, HttpStatusCode.UnprocessableEntity);
        }

        if (!JsonNode.DeepEquals(stored, changed))
        {
            Store<T>(key, changed);
        }

        return _objects[key].Metadata.ResourceVersion!;
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private void Store<T>(string key, JsonObject document)
        where T : class, IResource<T>
    {
        Version++;
        document["metadata"]!["resourceVersion"] = Version.ToString(CultureInfo.InvariantCulture);
        var after = document.Deserialize(T.TypeInfo)!;
        var before = _objects.GetValueOrDefault(key);
        _documents[key] = document;
        _objects[key] = after;
        Log.Add(new(Version, after));
        OnChange(before, after);
    }
}
