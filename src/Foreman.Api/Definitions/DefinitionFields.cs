using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Api;

/// <summary>Which fields of a kind the schema of a served definition lacks: the API server drops them from what is written. Pure.</summary>
public static class DefinitionFields
{
    private const int MaxNamed = 3;

    /// <summary>Paths such as <c>status.attempts[].usage</c>; of a field that is absent as a whole, its own only. Empty when nothing is missing.</summary>
    /// <param name="type">The kind as this program writes it.</param>
    /// <param name="schema">The schema of whole objects: of a definition, or as the server publishes it.</param>
    public static IReadOnlyList<string> Missing(JsonTypeInfo type, JsonObject schema) => [.. Below(type, schema, "")];

    /// <summary>The paths as a sentence without its end: <c>AgenticTask has no status.claim and 2 more</c>; null when there are none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="missing">What <see cref="Missing"/> found.</param>
    public static string? Tell(string kind, IReadOnlyList<string> missing) => missing.Count switch
    {
        0 => null,
        <= MaxNamed => $"{kind} has no {string.Join(", ", missing)}",
        _ => FormattableString.Invariant($"{kind} has no {string.Join(", ", missing.Take(MaxNamed))} and {missing.Count - MaxNamed} more"),
    };

    private static IEnumerable<string> Below(JsonTypeInfo type, JsonObject schema, string path) => type.Kind switch
    {
        JsonTypeInfoKind.Object when !KeepsEverything(schema) => type.Properties.SelectMany(p => Of(p, schema, path)),
        JsonTypeInfoKind.Enumerable => OfElements(type, schema["items"], path),
        JsonTypeInfoKind.Dictionary => OfElements(type, schema["additionalProperties"], path),
        _ => [],
    };

    private static IEnumerable<string> Of(JsonPropertyInfo property, JsonObject schema, string path)
    {
        // Every object has metadata, and no schema describes it.
        if (path.Length == 0 && property.Name == "metadata")
        {
            return [];
        }

        var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
        if ((schema["properties"] as JsonObject)?[property.Name] is not JsonObject field)
        {
            return [at];
        }

        return property.Options.TryGetTypeInfo(property.PropertyType, out var inner) ? Below(inner, field, at) : [];
    }

    private static IEnumerable<string> OfElements(JsonTypeInfo type, JsonNode? schema, string path) =>
        schema is JsonObject element && type.ElementType is { } inner && type.Options.TryGetTypeInfo(inner, out var info) ? Below(info, element, path + "[]") : [];

    private static bool KeepsEverything(JsonObject schema) => schema["x-kubernetes-preserve-unknown-fields"] is JsonValue value && value.TryGetValue<bool>(out var keeps) && keeps;
}
