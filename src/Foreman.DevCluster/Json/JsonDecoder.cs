using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Json;

/// <summary>A decoded tree, and the duplicate members of its objects (the last one wins), each once and a hundred at most.</summary>
internal sealed record DecodedJson(JsonNode? Root, IReadOnlyList<string> Duplicates);

/// <summary>
/// Reads JSON eagerly. <see cref="JsonNode.Parse(string,JsonNodeOptions?,JsonDocumentOptions)"/> builds its tree on first
/// access, which two readers of one stored object must not do at once; it also refuses the duplicate members that the API
/// server reports. Numbers are 64-bit integers where possible, else doubles, as in the API server.
/// </summary>
internal static class JsonDecoder
{
    /// <exception cref="JsonException">The text is not JSON, or its tree would exceed <see cref="TreeLimits"/>.</exception>
    public static DecodedJson Decode(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = TreeLimits.Depth });
        var state = new State();
        if (!reader.Read())
        {
            throw new JsonException("unexpected end of JSON input");
        }

        var root = state.ReadNode(ref reader, FieldPath.Root);
        return reader.Read() ? throw new JsonException("more than one JSON value") : new DecodedJson(root, [.. state.Duplicates]);
    }

    private sealed class State
    {
        // Paths that are written out: those of one member again and again are one text.
        private const int MaxShown = 10 * FieldErrors.Limit;

        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private ValueCount _values;
        private int _shown;

        public List<string> Duplicates { get; } = [];

        public JsonNode? ReadNode(ref Utf8JsonReader reader, FieldPath path)
        {
            _values.Add();
            return reader.TokenType switch
            {
                JsonTokenType.StartObject => ReadObject(ref reader, path),
                JsonTokenType.StartArray => ReadArray(ref reader, path),
                JsonTokenType.String => JsonValue.Create(JsonText.Read(ref reader)),
                JsonTokenType.Number => ReadNumber(ref reader),
                JsonTokenType.True => JsonValue.Create(true),
                JsonTokenType.False => JsonValue.Create(false),
                _ => null,
            };
        }

        private static JsonValue ReadNumber(ref Utf8JsonReader reader)
        {
            if (reader.TryGetInt64(out var whole))
            {
                return JsonValue.Create(whole);
            }

            var number = reader.GetDouble();
            return double.IsFinite(number)
                ? JsonValue.Create(number)
                : throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"the number at byte {reader.TokenStartIndex} does not fit a float64"));
        }

        private JsonObject ReadObject(ref Utf8JsonReader reader, FieldPath path)
        {
            var node = new JsonObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonText.Read(ref reader);
                var inner = path.Field(name);
                if (node.ContainsKey(name))
                {
                    AddDuplicate(inner);
                }

                reader.Read();
                node[name] = ReadNode(ref reader, inner);
            }

            return node;
        }

        private JsonArray ReadArray(ref Utf8JsonReader reader, FieldPath path)
        {
            var node = new JsonArray();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                node.Add(ReadNode(ref reader, path.Item(node.Count)));
            }

            return node;
        }

        private void AddDuplicate(FieldPath path)
        {
            if (Duplicates.Count < FieldErrors.Limit && ++_shown <= MaxShown && path.ToString() is var text && _seen.Add(text))
            {
                Duplicates.Add(text);
            }
        }
    }
}
