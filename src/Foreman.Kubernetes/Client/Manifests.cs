using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Reads from a manifest which object it describes.</summary>
internal static class Manifests
{
    public static (string ApiVersion, string Kind, string Name, string? Namespace) Identify(JsonObject manifest, bool nameRequired)
    {
        var apiVersion = Text(manifest, "apiVersion") ?? throw Missing("apiVersion", manifest);
        var kind = Text(manifest, "kind") ?? throw Missing("kind", manifest);
        var metadata = manifest["metadata"] as JsonObject;
        var name = Text(metadata, "name");
        if (name is null && (nameRequired || Text(metadata, "generateName") is null))
        {
            throw Missing("metadata.name", manifest);
        }

        return (apiVersion, kind, name ?? "", Text(metadata, "namespace"));
    }

    private static string? Text(JsonObject? obj, string key) =>
        obj?[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static ArgumentException Missing(string key, JsonObject manifest) =>
        new($"the manifest {Describe(manifest)} has no `{key}`, or it is not a text", nameof(manifest));

    private static string Describe(JsonObject manifest) => $"{Text(manifest, "kind") ?? "?"} {Text(manifest["metadata"] as JsonObject, "name") ?? "?"}";
}
