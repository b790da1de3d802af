using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>Reads a list whose items need not all be decodable.</summary>
internal sealed class ObservedListConverter<T> : JsonConverter<ResourceList<Observed<T>>>
    where T : class, IResource<T>
{
    private static readonly ObservedConverter<T> Item = new();

    public override ResourceList<Observed<T>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a list is an object");
        }

        V1ListMeta? metadata = null;
        List<Observed<T>> items = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            var isItems = reader.ValueTextEquals("items"u8);
            reader.Read();
            if (isMetadata)
            {
                metadata = JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.V1ListMeta);
            }
            else if (isItems && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadItems(ref reader, items, options);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return new() { Metadata = metadata ?? new(), Items = items };
    }

    public override void Write(Utf8JsonWriter writer, ResourceList<Observed<T>> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("what was observed is not written back");

    private static void ReadItems(ref Utf8JsonReader reader, List<Observed<T>> items, JsonSerializerOptions options)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Item.Read(ref reader, typeof(Observed<T>), options));
        }
    }
}
