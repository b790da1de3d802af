using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Json;

/// <summary>Reads an object as its kind, or only its identity when it can't be decoded.</summary>
internal sealed class ObservedConverter<T> : JsonConverter<Observed<T>>
    where T : class, IResource<T>
{
    private static readonly JsonTypeInfo<T> Info = CompactTypeInfo();
    private static readonly JsonConverter<T> Converter = (JsonConverter<T>)Info.Converter;

    public override Observed<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = reader;
        try
        {
            // The converter is called directly: the serializer would first scan for the object's end.
            if (Converter.Read(ref reader, typeof(T), Info.Options) is { } obj)
            {
                return new(obj);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // It does not fit the kind; invalid JSON fails again below.
        }

        reader = start;
        using var document = JsonDocument.ParseValue(ref reader);
        return new(Identity(document.RootElement), Problem(document.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, Observed<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("what was observed is not written back");

    /// <summary>The kind's contract with pooled strings and exact-size collections, because these objects stay in memory.</summary>
    private static JsonTypeInfo<T> CompactTypeInfo()
    {
        var options = new JsonSerializerOptions(T.TypeInfo.Options) { MaxDepth = DeepJson.MaxDepth };
        options.Converters.Add(new PooledStringConverter());
        options.Converters.Add(new CompactMapConverter());
        options.Converters.Add(new ExactListConverter<string>());
        options.Converters.Add(new ExactListConverter<V1Condition>());
        options.Converters.Add(new ExactListConverter<V1OwnerReference>());
        options.MakeReadOnly();
        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    /// <summary>Reads again through the serializer, whose exception has the path.</summary>
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
        if (Member(element, "metadata") is not { ValueKind: JsonValueKind.Object } metadata)
        {
            return new();
        }

        var end = Member(metadata, "annotations") is { } annotations ? Text(annotations, WatchEvents.InitialEventsEnd) : null;
        return new()
        {
            Name = Text(metadata, "name"),
            NamespaceProperty = Text(metadata, "namespace"),
            Uid = Text(metadata, "uid"),
            ResourceVersion = Text(metadata, "resourceVersion"),
            Annotations = end is null ? null : new Dictionary<string, string> { [WatchEvents.InitialEventsEnd] = end },
        };
    }

    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (IsNamed(member, name))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            // A name that is no valid text is not the one that is wanted.
            return false;
        }
    }

    private static string? Text(JsonElement element, string name)
    {
        if (Member(element, name) is not { ValueKind: JsonValueKind.String } value)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // No valid text: as it was sent, so that all versions of the object still have one key.
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)[1..^1]);
        }
    }
}
