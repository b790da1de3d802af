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

    private const int FewMembers = 8;

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

    /// <summary>Removes members; one by one each removal would move all members behind it.</summary>
    public static void RemoveAll(this JsonObject node, IReadOnlyCollection<string> names)
    {
        if (names.Count <= FewMembers)
        {
            foreach (var name in names)
            {
                node.Remove(name);
            }

            return;
        }

        var gone = names.ToHashSet(StringComparer.Ordinal);
        var left = node.Where(field => !gone.Contains(field.Key)).ToArray();
        node.Clear();
        foreach (var (name, value) in left)
        {
            node[name] = value;
        }
    }

    /// <summary>
    /// A text that two values share exactly when they are the <see cref="Same"/>, for finding one among many.
    /// </summary>
    public static string Key(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => ToText(field.Key) + ":" + Key(field.Value))) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Key)) + "]",
        JsonValue value when !value.TryGetValue<long>(out _) && value.TryGetValue<double>(out var number) => "d" + number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => ToText(node),
    };

    /// <summary>The length of a value as UTF-8 JSON, escapes not counted; where it exceeds the limit, some number above it.</summary>
    public static long Size(JsonNode? value, long limit)
    {
        if (value is not (JsonObject or JsonArray))
        {
            return AsText(value) is { } text ? 2 + System.Text.Encoding.UTF8.GetByteCount(text) : 4;
        }

        var size = 2L;
        if (value is JsonObject map)
        {
            foreach (var (name, inner) in map)
            {
                size += 4 + System.Text.Encoding.UTF8.GetByteCount(name) + Size(inner, limit - size);
                if (size > limit)
                {
                    return size;
                }
            }
        }

        foreach (var inner in value as JsonArray ?? [])
        {
            size += 1 + Size(inner, limit - size);
            if (size > limit)
            {
                return size;
            }
        }

        return size;
    }

    /// <summary>The depth of a tree: 0 for a value without content, and no more than one above the limit.</summary>
    /// <param name="node">The tree.</param>
    /// <param name="limit">Deeper levels are not looked at.</param>
    /// <param name="visited">Grows by the values that were looked at.</param>
    public static int Depth(JsonNode? node, int limit, ref long visited)
    {
        visited++;
        if (node is not (JsonObject or JsonArray) || limit < 0)
        {
            return node is JsonObject or JsonArray ? 1 : 0;
        }

        var deepest = 0;
        var children = node is JsonObject map ? map.Select(field => field.Value) : (JsonArray)node;
        foreach (var child in children)
        {
            deepest = Math.Max(deepest, Depth(child, limit - 1, ref visited));
        }

        return deepest + 1;
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
