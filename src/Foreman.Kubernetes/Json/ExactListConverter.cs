using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// Reads a list into an array of just its length. For the lists of kinds that are kept in stores by the ten thousand, where
/// the room for growth that the serializer leaves would stay empty.
/// </summary>
/// <typeparam name="T">Type of the items, known to the same JSON contract.</typeparam>
public sealed class ExactListConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        var converter = (JsonConverter<T>)options.GetTypeInfo(typeof(T)).Converter;
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
        {
            return [];
        }

        // Most such lists hold one item: that one needs no room to grow.
        var first = Item(ref reader, converter, options);
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
        {
            return new[] { first };
        }

        List<T> items = [first];
        do
        {
            items.Add(Item(ref reader, converter, options));
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);

        return items.ToArray();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        var converter = (JsonConverter<T>)options.GetTypeInfo(typeof(T)).Converter;
        writer.WriteStartArray();
        foreach (var item in value)
        {
            converter.Write(writer, item, options);
        }

        writer.WriteEndArray();
    }

    private static T Item(ref Utf8JsonReader reader, JsonConverter<T> converter, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? default! : converter.Read(ref reader, typeof(T), options)!;
}
