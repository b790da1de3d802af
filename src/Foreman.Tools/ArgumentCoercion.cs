using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Tools;

/// <summary>Gives values the type that a JSON Schema asks for where that loses nothing; everything else stays for the tool to refuse.</summary>
internal static class ArgumentCoercion
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Coerces an object.</summary>
    /// <param name="value">A JSON object.</param>
    /// <param name="schema">Its schema: <c>type</c>, <c>properties</c>, <c>required</c> and <c>items</c> are followed.</param>
    /// <returns>The new text; null when the old one stands.</returns>
    internal static string? Coerce(JsonElement value, JsonElement schema)
    {
        var changed = false;
        var members = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            var (keep, json) = Property(schema, property.Name) is { } expected
                ? Coerce(property.Value, expected, IsRequired(schema, property.Name))
                : (true, WithoutRepeats(property.Value));

            // Of repeated names the last one counts, as it does everywhere.
            changed |= !keep || json is not null || members.ContainsKey(property.Name);
            if (keep)
            {
                members[property.Name] = json ?? property.Value.GetRawText();
            }
        }

        return changed ? Write(json =>
        {
            json.WriteStartObject();
            foreach (var (name, raw) in members)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(raw);
            }

            json.WriteEndObject();
        }) : null;
    }

    /// <summary>The schema of one property; null when it is not known.</summary>
    internal static JsonElement? Property(JsonElement schema, string name) =>
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object
            && properties.TryGetProperty(name, out var property) && property.ValueKind is JsonValueKind.Object
            ? property
            : null;

    /// <summary>Keep is false when the value stands for an absent one; Json is null when it stays as it is.</summary>
    private static (bool Keep, string? Json) Coerce(JsonElement value, JsonElement schema, bool required)
    {
        var types = Types(schema);
        if (types.Any(t => Fits(value, t)))
        {
            return (true, value.ValueKind switch
            {
                JsonValueKind.Object => Coerce(value, schema),
                JsonValueKind.Array => CoerceItems(value, schema),
                JsonValueKind.Number when types.Contains("integer") && !types.Contains("number") => Whole(value.GetRawText()) is { } n && n != value.GetRawText() ? n : null,
                _ => null,
            });
        }

        // Servers that guarantee arguments make the model write null for what is absent.
        var isNothing = value.ValueKind is JsonValueKind.Null || (value.ValueKind is JsonValueKind.String && value.GetString()!.Trim() is "" or "null" or "None");
        return types.Count > 0 && isNothing && !required ? (false, null)
            : (true, types.Select(t => Converted(value, t, schema)).FirstOrDefault(j => j is not null) ?? WithoutRepeats(value));
    }

    private static string? CoerceItems(JsonElement list, JsonElement schema)
    {
        if (!schema.TryGetProperty("items", out var items) || items.ValueKind is not JsonValueKind.Object)
        {
            return WithoutRepeats(list);
        }

        var all = list.EnumerateArray().Select(item => (Item: item, Coerce(item, items, required: true).Json)).ToList();
        return all.All(i => i.Json is null) ? null : $"[{string.Join(',', all.Select(i => i.Json ?? i.Item.GetRawText()))}]";
    }

    private static bool Fits(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number)
            or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => Whole(value.GetRawText()) is not null,
        _ => false,
    };

    private static string? Converted(JsonElement value, string type, JsonElement schema)
    {
        var text = value.ValueKind is JsonValueKind.String ? value.GetString()!.Trim() : value.GetRawText();
        switch (type)
        {
            case "string":
                return value.ValueKind is JsonValueKind.Null ? null : Write(json => json.WriteStringValue(text));

            case "integer" when value.ValueKind is JsonValueKind.String:
                return Whole(text);

            case "number" when value.ValueKind is JsonValueKind.String:
                return ForeignJson.ParseOrNull(text) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;

            case "boolean" when value.ValueKind is JsonValueKind.String or JsonValueKind.Number:
                return text.ToUpperInvariant() switch
                {
                    "TRUE" or "YES" or "1" => "true",
                    "FALSE" or "NO" or "0" => "false",
                    _ => null,
                };

            case "object" or "array" when value.ValueKind is JsonValueKind.String:
                return ForeignJson.ParseOrNull(text) is { } inner && Fits(inner, type)
                    ? (type is "object" ? Coerce(inner, schema) : CoerceItems(inner, schema)) ?? inner.GetRawText()
                    : null;

            default:
                return null;
        }
    }

    /// <summary>A number without a fraction in plain digits; null when it is none, or larger than a long.</summary>
    private static string? Whole(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture)
            : null;

    /// <summary>The value without repeated names, which other readers refuse; null when it has none.</summary>
    private static string? WithoutRepeats(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) || !HasRepeats(value))
        {
            return null;
        }

        return Write(json => WriteOnce(json, value));
    }

    private static bool HasRepeats(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(HasRepeats),
        JsonValueKind.Object => value.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal).Count < value.GetPropertyCount()
            || value.EnumerateObject().Any(p => HasRepeats(p.Value)),
        _ => false,
    };

    private static void WriteOnce(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var (name, last) in value.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).Select(g => (g.Key, g.Last().Value)))
                {
                    json.WritePropertyName(name);
                    WriteOnce(json, last);
                }

                json.WriteEndObject();
                break;

            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteOnce(json, item);
                }

                json.WriteEndArray();
                break;

            default:
                json.WriteRawValue(value.GetRawText());
                break;
        }
    }

    private static List<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind is JsonValueKind.String ? [type.GetString()!]
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Where(t => t.ValueKind is JsonValueKind.String).Select(t => t.GetString()!)]
        : [];

    private static bool IsRequired(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out var required) && required.ValueKind is JsonValueKind.Array && required.EnumerateArray().Any(r => r.ValueEquals(name));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
