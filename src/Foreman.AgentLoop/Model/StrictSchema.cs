using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// The schema of a tool as servers want it that guarantee arguments: closed objects, every property required, null for what may be
/// absent. Who reads the arguments takes null for absent. Pure.
/// </summary>
internal static class StrictSchema
{
    /// <summary>Levels of objects and lists that are rewritten.</summary>
    private const int MaxDepth = 16;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keywords that every such server knows; a schema with others is not asked for strictly.</summary>
    private static readonly HashSet<string> Known =
        ["type", "properties", "required", "additionalProperties", "items", "enum", "description", "title", "minimum", "maximum", "default", "$schema"];

    /// <summary>The strict form of a schema.</summary>
    /// <param name="parameters">A JSON Schema of an object, as text.</param>
    /// <returns>Null when it has none that says the same.</returns>
    internal static string? Of(string parameters)
    {
        var schema = JsonElement.Parse(parameters);
        if (schema.ValueKind is not JsonValueKind.Object || !Types(schema).SequenceEqual(["object"]) || IsOpen(schema) || !CanBeStrict(schema, 0))
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            Write(json, schema, isNullable: false, isRoot: true);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool CanBeStrict(JsonElement schema, int depth)
    {
        if (schema.ValueKind is not JsonValueKind.Object || depth > MaxDepth || Types(schema).Count == 0 || schema.EnumerateObject().Any(p => !Known.Contains(p.Name)))
        {
            return false;
        }

        var isFree = !schema.TryGetProperty("properties", out var properties);
        return (isFree || (!IsOpen(schema) && properties.ValueKind is JsonValueKind.Object && properties.EnumerateObject().All(p => CanBeStrict(p.Value, depth + 1))))
            && (!schema.TryGetProperty("items", out var items) || CanBeStrict(items, depth + 1));
    }

    private static bool IsOpen(JsonElement schema) => schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind is not JsonValueKind.False;

    private static void Write(Utf8JsonWriter json, JsonElement schema, bool isNullable, bool isRoot = false)
    {
        json.WriteStartObject();
        var hasProperties = schema.TryGetProperty("properties", out var properties);
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "$schema" or "default" or "required" or "additionalProperties" or "properties":
                    break;
                case "type":
                    WriteType(json, Types(schema), isNullable);
                    break;
                case "enum" when isNullable && keyword.Value.ValueKind is JsonValueKind.Array:
                    json.WriteStartArray("enum");
                    foreach (var value in keyword.Value.EnumerateArray().Where(v => v.ValueKind is not JsonValueKind.Null))
                    {
                        value.WriteTo(json);
                    }

                    json.WriteNullValue();
                    json.WriteEndArray();
                    break;
                case "items":
                    json.WritePropertyName("items");
                    Write(json, keyword.Value, isNullable: false);
                    break;
                default:
                    keyword.WriteTo(json);
                    break;
            }
        }

        if (hasProperties || isRoot)
        {
            WriteClosed(json, schema, hasProperties ? [.. properties.EnumerateObject()] : []);
        }

        json.WriteEndObject();
    }

    // The order of the properties stays: servers force it on the output.
    private static void WriteClosed(Utf8JsonWriter json, JsonElement schema, IReadOnlyList<JsonProperty> properties)
    {
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind is JsonValueKind.Array
            ? names.EnumerateArray().Where(n => n.ValueKind is JsonValueKind.String).Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        json.WriteStartObject("properties");
        foreach (var property in properties)
        {
            json.WritePropertyName(property.Name);
            Write(json, property.Value, isNullable: !required.Contains(property.Name));
        }

        json.WriteEndObject();
        json.WriteStartArray("required");
        foreach (var property in properties)
        {
            json.WriteStringValue(property.Name);
        }

        json.WriteEndArray();
        json.WriteBoolean("additionalProperties", false);
    }

    private static void WriteType(Utf8JsonWriter json, IReadOnlyList<string> types, bool isNullable)
    {
        IReadOnlyList<string> all = isNullable && !types.Contains("null") ? [.. types, "null"] : types;
        if (all.Count == 1)
        {
            json.WriteString("type", all[0]);
            return;
        }

        json.WriteStartArray("type");
        foreach (var type in all)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
    }

    private static IReadOnlyList<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind is JsonValueKind.String ? [type.GetString()!]
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Where(t => t.ValueKind is JsonValueKind.String).Select(t => t.GetString()!)]
        : [];
}
