using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Api;

/// <summary>Builds the JSON Patches of <see cref="TaskWrites"/>: tests first, then changes.</summary>
internal sealed class PatchBuilder
{
    private readonly List<JsonPatchOperation> _operations = [];

    public PatchBuilder Test(string path, JsonNode value) => Add(JsonPatchOperation.Test(path, value));

    /// <summary>Sets a value, existing or not ("add" replaces).</summary>
    public PatchBuilder Set(string path, JsonNode value) => Add(JsonPatchOperation.Add(path, value));

    public PatchBuilder Set(string path, DateTimeOffset? time) =>
        time is { } t ? Set(path, JsonValue.Create(Rfc3339Converter.Format(t))) : this;

    public PatchBuilder Set(string path, IReadOnlyList<V1Condition> conditions) =>
        Set(path, JsonSerializer.SerializeToNode(conditions, KubernetesJson.Default.IReadOnlyListV1Condition)!);

    public PatchBuilder Append(string listPath, JsonNode value) => Add(JsonPatchOperation.Add(listPath + "/-", value));

    public PatchBuilder Remove(string path) => Add(JsonPatchOperation.Remove(path));

    public V1Patch Build() => V1Patch.Json(_operations);

    private PatchBuilder Add(JsonPatchOperation operation)
    {
        _operations.Add(operation);
        return this;
    }
}
