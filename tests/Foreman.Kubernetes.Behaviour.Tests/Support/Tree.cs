using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>Short ways to read JSON in assertions: <c>created.Text("spec.nested.a")</c>.</summary>
internal static class Tree
{
    /// <summary>A JSON object from its text.</summary>
    public static JsonObject Of(string json) => (JsonObject)JsonNode.Parse(json)!;

    /// <summary>What lies at a path of names and list indexes; null when there is nothing.</summary>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (at, step) => at switch
        {
            JsonArray list when int.TryParse(step, out var index) => index < list.Count ? list[index] : null,
            JsonObject map => map[step],
            _ => null,
        });

    public static string? Text(this JsonNode? node, string path) => (string?)node.At(path);

    public static long? Number(this JsonNode? node, string path) => (long?)node.At(path);

    /// <summary>The value at a path as compact JSON, members sorted, so that it can be compared as text.</summary>
    public static string Show(this JsonNode? node, string path) => Sorted(node.At(path))?.ToJsonString(Relaxed) ?? "null";

    public static string Name(this JsonNode? node) => node.Text("metadata.name")!;

    public static string Uid(this JsonNode? node) => node.Text("metadata.uid")!;

    public static string Version(this JsonNode? node) => node.Text("metadata.resourceVersion")!;

    public static long Generation(this JsonNode? node) => node.Number("metadata.generation") ?? 0;

    /// <summary>The names of the objects in a list, in the order of the list.</summary>
    public static string[] Names(this JsonNode list) => [.. ((JsonArray)list["items"]!).Select(item => item.Name())];

    /// <summary>The same tree with the members of all objects in order of their names.</summary>
    public static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
