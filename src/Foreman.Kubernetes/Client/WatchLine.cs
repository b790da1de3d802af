using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// One line of a watch: <c>{"type":"ADDED","object":{…}}</c>. The two keys may come in either order, so the object is decoded
/// only once the type is known.
/// </summary>
internal static class WatchLine
{
    /// <summary>The event; null for a blank line or a type that a newer server may send.</summary>
    /// <exception cref="KubernetesException">The event is an ERROR, for example 410.</exception>
    /// <exception cref="JsonException">The line is not a watch event.</exception>
    public static WatchEvent<T>? Parse<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        if (IsBlank(line))
        {
            return null;
        }

        var (type, objectJson) = Take(line);
        WatchEventType? known = type switch
        {
            "ADDED" => WatchEventType.Added,
            "MODIFIED" => WatchEventType.Modified,
            "DELETED" => WatchEventType.Deleted,
            "BOOKMARK" => WatchEventType.Bookmark,
            "ERROR" => throw ToException(objectJson),
            _ => null,
        };
        if (known is null)
        {
            return null;
        }

        return new(known.Value, Read(objectJson, typeInfo) ?? throw new JsonException("the object of a watch event is null"));
    }

    /// <summary>An object in several segments is copied into one buffer first, which is faster than reading across segments.</summary>
    private static T? Read<T>(ReadOnlySequence<byte> objectJson, JsonTypeInfo<T> typeInfo)
    {
        if (objectJson.IsSingleSegment)
        {
            return DeepJson.Read(objectJson.FirstSpan, typeInfo);
        }

        var length = (int)objectJson.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            objectJson.CopyTo(whole);
            return DeepJson.Read<T>(whole.AsSpan(0, length), typeInfo);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static (string? Type, ReadOnlySequence<byte> Object) Take(ReadOnlySequence<byte> line)
    {
        try
        {
            return Split(line);
        }
        catch (InvalidOperationException e)
        {
            // Thrown for the event's own texts when they are no valid UTF-8 or UTF-16.
            throw new JsonException(e.Message, e);
        }
    }

    private static (string? Type, ReadOnlySequence<byte> Object) Split(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = DeepJson.MaxDepth });
        string? type = null;
        ReadOnlySequence<byte> objectJson = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = reader.GetString();
            }
            else if (isObject)
            {
                var start = reader.TokenStartIndex;
                reader.Skip();
                objectJson = line.Slice(start, reader.BytesConsumed - start);
            }
            else
            {
                reader.Skip();
            }
        }

        return (type, objectJson);
    }

    private static KubernetesException ToException(ReadOnlySequence<byte> objectJson)
    {
        var reader = new Utf8JsonReader(objectJson);
        var status = JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.V1Status) ?? new();
        return new(status, (HttpStatusCode)(status.Code ?? 500), "watch");
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
