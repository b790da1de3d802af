using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Json;

/// <summary>Reads an object as its kind, or else what names it.</summary>
internal sealed class ObservedConverter<T> : JsonConverter<Observed<T>>
    where T : class, IResource<T>
{
    private static readonly JsonTypeInfo<T> Info = Sparing();
    private static readonly JsonConverter<T> Converter = (JsonConverter<T>)Info.Converter;

    public override Observed<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = reader;
        try
        {
            // Straight to the converter: the serializer itself would first look for the object's end.
            if (Converter.Read(ref reader, typeof(T), Info.Options) is { } obj)
            {
                return new(obj);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // Not this kind's form. What is not JSON at all fails below as well.
        }

        reader = start;
        using var document = JsonDocument.ParseValue(ref reader);
        return new(Identity(document.RootElement), Problem(document.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, Observed<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("what was observed is not written back");

    /// <summary>The kind's own contract, except that what stays in memory for long shares its texts and takes no more room than it needs.</summary>
    private static JsonTypeInfo<T> Sparing()
    {
        var options = new JsonSerializerOptions(T.TypeInfo.Options);
        options.Converters.Add(new PooledStringConverter());
        options.Converters.Add(new CompactMapConverter());
        options.Converters.Add(new ExactListConverter<string>());
        options.Converters.Add(new ExactListConverter<V1Condition>());
        options.Converters.Add(new ExactListConverter<V1OwnerReference>());
        options.MakeReadOnly();
        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    /// <summary>Reads once more through the serializer, which knows the place of the mistake.</summary>
    private static string Problem(JsonElement element)
    {
        try
        {
            return element.Deserialize(Info) is null ? "it is null" : "it can't be read";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            return e.Message;
        }
    }

    private static V1ObjectMeta Identity(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            return new();
        }

        var end = metadata.TryGetProperty("annotations", out var annotations) ? Text(annotations, WatchEvents.InitialEventsEnd) : null;
        return new()
        {
            Name = Text(metadata, "name"),
            NamespaceProperty = Text(metadata, "namespace"),
            Uid = Text(metadata, "uid"),
            ResourceVersion = Text(metadata, "resourceVersion"),
            Annotations = end is null ? null : new Dictionary<string, string> { [WatchEvents.InitialEventsEnd] = end },
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
