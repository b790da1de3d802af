using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Turns the JSON of an <c>openAPIV3Schema</c> into a <see cref="StructuralSchema"/>.</summary>
internal static class SchemaParser
{
    /// <exception cref="FormatException">The schema is invalid; the message has the path.</exception>
    public static StructuralSchema Parse(JsonObject json, string path = "") => new()
    {
        Type = json.Text("type") ?? "",
        Format = json.Text("format") ?? "",
        Description = json.Text("description") ?? "",
        Nullable = Flag(json, "nullable"),
        Default = json["default"],
        Properties = ParseProperties(json.Object("properties"), path),
        Required = Strings(json.Array("required")),
        Items = json.Object("items") is { } items ? Parse(items, path + "[]") : null,
        AdditionalProperties = ParseAdditional(json["additionalProperties"], path),
        PreserveUnknownFields = Flag(json, "x-kubernetes-preserve-unknown-fields"),
        IntOrString = Flag(json, "x-kubernetes-int-or-string"),
        EmbeddedResource = Flag(json, "x-kubernetes-embedded-resource"),
        ListType = json.Text("x-kubernetes-list-type") ?? "atomic",
        ListMapKeys = Strings(json.Array("x-kubernetes-list-map-keys")),
        MapType = json.Text("x-kubernetes-map-type") ?? "granular",
        Enum = json.Array("enum")?.ToList(),
        Bounds = ParseBounds(json, path),
        AllOf = Branches(json.Array("allOf"), path),
        AnyOf = Branches(json.Array("anyOf"), path),
        OneOf = Branches(json.Array("oneOf"), path),
        Not = json.Object("not") is { } not ? Parse(not, path) : null,
        Source = json,
    };

    private static Dictionary<string, StructuralSchema> ParseProperties(JsonObject? properties, string path)
    {
        var map = new Dictionary<string, StructuralSchema>(StringComparer.Ordinal);
        foreach (var (name, value) in properties ?? [])
        {
            var inner = path + "." + name;
            map[name] = value is JsonObject schema ? Parse(schema, inner) : throw new FormatException($"{inner}: a property's schema must be an object");
        }

        return map;
    }

    private static StructuralSchema? ParseAdditional(JsonNode? node, string path) => node switch
    {
        JsonObject schema => Parse(schema, path + ".*"),
        JsonValue when JsonTree.AsBoolean(node) == true => StructuralSchema.Anything with { Type = "" },
        _ => null,
    };

    private static ValueBounds ParseBounds(JsonObject json, string path) => new()
    {
        Minimum = JsonTree.AsNumber(json["minimum"]),
        Maximum = JsonTree.AsNumber(json["maximum"]),
        ExclusiveMinimum = Flag(json, "exclusiveMinimum"),
        ExclusiveMaximum = Flag(json, "exclusiveMaximum"),
        MultipleOf = JsonTree.AsNumber(json["multipleOf"]),
        MinLength = JsonTree.AsInteger(json["minLength"]),
        MaxLength = JsonTree.AsInteger(json["maxLength"]),
        MinItems = JsonTree.AsInteger(json["minItems"]),
        MaxItems = JsonTree.AsInteger(json["maxItems"]),
        MinProperties = JsonTree.AsInteger(json["minProperties"]),
        MaxProperties = JsonTree.AsInteger(json["maxProperties"]),
        UniqueItems = Flag(json, "uniqueItems"),
        Pattern = json.Text("pattern") is { } pattern ? SchemaPattern.Compile(pattern, path) : null,
    };

    private static List<StructuralSchema> Branches(JsonArray? array, string path) =>
        [.. (array ?? []).OfType<JsonObject>().Select(branch => Parse(branch, path))];

    private static List<string> Strings(JsonArray? array) => [.. (array ?? []).Select(JsonTree.AsText).OfType<string>()];

    private static bool Flag(JsonObject json, string name) => JsonTree.AsBoolean(json[name]) == true;
}
