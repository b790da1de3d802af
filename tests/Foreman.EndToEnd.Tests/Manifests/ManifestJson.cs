using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Foreman.EndToEnd.Tests.Manifests;

/// <summary>Manifests as JSON, and what a stored object keeps of them.</summary>
internal static class ManifestJson
{
    public static JsonObject Parse(string yaml)
    {
        var graph = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return (JsonObject)JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(graph))!;
    }

    /// <summary>Paths at which the stored object does not hold what the manifest says; defaults that were filled in are none.</summary>
    public static IEnumerable<string> Lost(JsonNode? wanted, JsonNode? stored, string path = "") => (wanted, stored) switch
    {
        (JsonObject w, JsonObject s) => w.SelectMany(field => Lost(field.Value, s[field.Key], $"{path}.{field.Key}")),
        (JsonArray w, JsonArray s) when w.Count == s.Count => w.SelectMany((item, i) => Lost(item, s[i], $"{path}[{i}]")),
        _ when JsonNode.DeepEquals(wanted, stored) => [],
        _ => [$"{path}: {wanted?.ToJsonString() ?? "null"} became {stored?.ToJsonString() ?? "nothing"}"],
    };
}
