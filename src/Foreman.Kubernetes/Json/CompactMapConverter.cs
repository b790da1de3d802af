using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>Reads maps of texts as a <see cref="CompactMap"/>, or as a dictionary where there are many pairs.</summary>
internal sealed class CompactMapConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    private const int MaxCompactPairs = 16;

    public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        List<KeyValuePair<string, string>> pairs = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = PooledStringConverter.Text(ref reader)!;
            reader.Read();
            pairs.Add(new(key, PooledStringConverter.Text(ref reader)!));
        }

        return Smallest(pairs);
    }

    /// <summary>The smallest representation of these pairs.</summary>
    public static IReadOnlyDictionary<string, string> Smallest(List<KeyValuePair<string, string>> pairs) => pairs.Count switch
    {
        0 => CompactMap.Empty,
        > MaxCompactPairs => Dictionary(pairs),
        _ => CompactMap.Of(pairs),
    };

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, text) in value)
        {
            writer.WriteString(key, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>For duplicate keys the last value wins, as everywhere in JSON.</summary>
    private static Dictionary<string, string> Dictionary(List<KeyValuePair<string, string>> pairs)
    {
        var map = new Dictionary<string, string>(pairs.Count);
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }
}
