using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Json;

/// <summary>Helpers for JSON trees. A stored tree is never changed: writers work on clones.</summary>
internal static class JsonTree
{
    // Relaxed escaping: the readers are API clients, not HTML parsers.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static JsonObject? Object(this JsonObject? node, string name) => node?[name] as JsonObject;

    public static JsonArray? Array(this JsonObject? node, string name) => node?[name] as JsonArray;

    public static string? Text(this JsonObject? node, string name) => AsText(node?[name]);

    public static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? AsBoolean(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static long? AsInteger(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>The number as a double, whether it was written as an integer or not; null when it is not a number.</summary>
    public static double? AsNumber(JsonNode? node) => AsInteger(node) is { } whole
        ? whole
        : node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    public static JsonObject Metadata(this JsonObject root)
    {
        if (root["metadata"] is JsonObject metadata)
        {
            return metadata;
        }

        var made = new JsonObject();
        root["metadata"] = made;
        return made;
    }

    public static JsonObject Clone(this JsonObject node) => (JsonObject)node.DeepClone();

    /// <summary>Equality as in kube-apiserver's JSON Patch: 0 and 0.0 are different, the order of members does not matter.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, null) => true,
        (JsonObject a, JsonObject b) => SameObjects(a, b),
        (JsonArray a, JsonArray b) => SameArrays(a, b),
        (JsonValue a, JsonValue b) => SameValues(a, b),
        _ => false,
    };

    /// <summary>The tree as JSON text with minimal escaping.</summary>
    public static string ToText(JsonNode? node) => System.Text.Encoding.UTF8.GetString(ToUtf8(node));

    public static byte[] ToUtf8(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An object as JSON text, without some of its own members.</summary>
    public static byte[] ToUtf8Without(JsonObject node, params ReadOnlySpan<string> left)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in node)
            {
                if (left.Contains(name))
                {
                    continue;
                }

                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool SameObjects(JsonObject left, JsonObject right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (name, value) in left)
        {
            if (!right.TryGetPropertyValue(name, out var other) || !Same(value, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameArrays(JsonArray left, JsonArray right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!Same(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameValues(JsonValue left, JsonValue right)
    {
        if (left.TryGetValue<string>(out var text))
        {
            return right.TryGetValue<string>(out var other) && string.Equals(text, other, StringComparison.Ordinal);
        }

        if (left.TryGetValue<bool>(out var flag))
        {
            return right.TryGetValue<bool>(out var other) && flag == other;
        }

        if (left.TryGetValue<long>(out var whole))
        {
            return right.TryGetValue<long>(out var other) && whole == other;
        }

        return left.TryGetValue<double>(out var number) && right.TryGetValue<double>(out var otherNumber) && number.Equals(otherNumber);
    }
}
