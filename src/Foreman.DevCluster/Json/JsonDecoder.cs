using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Json;

/// <summary>A decoded tree, and the duplicate members of its objects (the last one wins).</summary>
internal sealed record DecodedJson(JsonNode? Root, IReadOnlyList<string> Duplicates);

/// <summary>
/// Reads JSON eagerly. <see cref="JsonNode.Parse(string,JsonNodeOptions?,JsonDocumentOptions)"/> builds its tree on first
/// access, which two readers of one stored object must not do at once; it also refuses the duplicate members that the API
/// server reports. Numbers are 64-bit integers where possible, else doubles, as in the API server.
/// </summary>
internal static class JsonDecoder
{
    private const int MaxDepth = 512;

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static DecodedJson Decode(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var duplicates = new List<string>();
        if (!reader.Read())
        {
            throw new JsonException("unexpected end of JSON input");
        }

        var root = ReadNode(ref reader, "", duplicates);
        return reader.Read() ? throw new JsonException("more than one JSON value") : new DecodedJson(root, duplicates);
    }

    private static JsonNode? ReadNode(ref Utf8JsonReader reader, string path, List<string> duplicates) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, path, duplicates),
        JsonTokenType.StartArray => ReadArray(ref reader, path, duplicates),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    private static JsonObject ReadObject(ref Utf8JsonReader reader, string path, List<string> duplicates)
    {
        var node = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var inner = path.Length == 0 ? name : path + "." + name;
            if (node.ContainsKey(name))
            {
                duplicates.Add(inner);
            }

            reader.Read();
            node[name] = ReadNode(ref reader, inner, duplicates);
        }

        return node;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader, string path, List<string> duplicates)
    {
        var node = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            node.Add(ReadNode(ref reader, $"{path}[{node.Count}]", duplicates));
        }

        return node;
    }
}
