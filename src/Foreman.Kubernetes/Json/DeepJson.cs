using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// Reads what is nested as deep as kube-apiserver stores it, 10,000 levels, in a field that the program need not even know: with the
/// serializer's 64 levels one such object would break every list and watch of its kind.
/// </summary>
internal static class DeepJson
{
    /// <summary>Deepest nesting that is read; reading is iterative, so that it costs no stack.</summary>
    public const int MaxDepth = 10_240;

    /// <summary>Options of a reader for such texts.</summary>
    public static readonly JsonReaderOptions Reader = new() { MaxDepth = MaxDepth };

    /// <summary>The same contract for deeper texts.</summary>
    public static JsonSerializerOptions Options(JsonSerializerOptions options)
    {
        var deep = new JsonSerializerOptions(options) { MaxDepth = MaxDepth };
        deep.MakeReadOnly();
        return deep;
    }

    /// <exception cref="JsonException">The text does not fit the type, or is no JSON.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            return JsonSerializer.Deserialize(text, typeInfo);
        }
        catch (JsonException)
        {
            // Again with a deeper reader, which looks at the text twice and is for the rare case only.
            return Whole(new Utf8JsonReader(text, Reader), typeInfo);
        }
    }

    /// <exception cref="JsonException">The text does not fit the type, or is no JSON.</exception>
    public static T? Read<T>(ReadOnlySequence<byte> text, JsonTypeInfo<T> typeInfo) =>
        text.IsSingleSegment ? Read(text.FirstSpan, typeInfo) : Whole(new Utf8JsonReader(text, Reader), typeInfo);

    private static T? Whole<T>(Utf8JsonReader reader, JsonTypeInfo<T> typeInfo)
    {
        var result = JsonSerializer.Deserialize(ref reader, typeInfo);

        // Read once more, which throws where anything but white space follows.
        reader.Read();
        return result;
    }
}
