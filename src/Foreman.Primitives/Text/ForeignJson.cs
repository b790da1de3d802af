using System.Text;
using System.Text.Json;

namespace Foreman.Primitives;

/// <summary>
/// The one reader of JSON from outside. It bounds size, depth and number of values, and repairs what is no valid
/// text: bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD, also in names; control characters in strings
/// are taken as if they were escaped; a byte order mark is passed over. What it returns can be read, compared and written
/// without another exception.
/// </summary>
public static class ForeignJson
{
    /// <summary>Reads one JSON value.</summary>
    /// <param name="json">Its bytes, as they came.</param>
    /// <param name="limits">Null for <see cref="ForeignJsonLimits.Default"/>.</param>
    /// <exception cref="ForeignTextException">It is no JSON or beyond a limit; nothing else is thrown.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json, ForeignJsonLimits? limits = null)
    {
        limits ??= ForeignJsonLimits.Default;
        if (json.Length > limits.MaxBytes)
        {
            throw TooLarge(limits);
        }

        json = json.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json;
        var (repaired, values) = JsonRepair.Repair(json, limits.MaxBytes);
        if (values > limits.MaxValues)
        {
            throw new ForeignTextException($"the JSON has more than {limits.MaxValues} values");
        }

        try
        {
            return JsonElement.Parse(repaired is { } text ? text.Span : json, new JsonDocumentOptions { MaxDepth = limits.MaxDepth });
        }
        catch (JsonException e)
        {
            throw new ForeignTextException(Printable.Line(e.Message), e);
        }
    }

    /// <summary>Reads one JSON value from text, in which halves of surrogate pairs become U+FFFD too.</summary>
    /// <param name="json">As it came.</param>
    /// <param name="limits">Null for <see cref="ForeignJsonLimits.Default"/>.</param>
    /// <exception cref="ForeignTextException">It is no JSON or beyond a limit; nothing else is thrown.</exception>
    public static JsonElement Parse(string json, ForeignJsonLimits? limits = null)
    {
        limits ??= ForeignJsonLimits.Default;

        // A character takes at least one byte, so the bytes are not made when they would be too many.
        return json.Length > limits.MaxBytes ? throw TooLarge(limits) : Parse(Encoding.UTF8.GetBytes(json), limits);
    }

    /// <summary>Reads one JSON value where text that is none is no failure.</summary>
    /// <param name="json">Its bytes, as they came.</param>
    /// <param name="limits">Null for <see cref="ForeignJsonLimits.Default"/>.</param>
    /// <returns>Null when it is no JSON or beyond a limit.</returns>
    public static JsonElement? ParseOrNull(ReadOnlySpan<byte> json, ForeignJsonLimits? limits = null)
    {
        try
        {
            return Parse(json, limits);
        }
        catch (ForeignTextException)
        {
            return null;
        }
    }

    /// <summary>Reads one JSON value from text where text that is none is no failure.</summary>
    /// <param name="json">As it came.</param>
    /// <param name="limits">Null for <see cref="ForeignJsonLimits.Default"/>.</param>
    /// <returns>Null when it is no JSON or beyond a limit.</returns>
    public static JsonElement? ParseOrNull(string json, ForeignJsonLimits? limits = null)
    {
        try
        {
            return Parse(json, limits);
        }
        catch (ForeignTextException)
        {
            return null;
        }
    }

    private static ForeignTextException TooLarge(ForeignJsonLimits limits) => new($"the JSON is larger than {limits.MaxBytes} bytes");
}

/// <summary>Bounds of <see cref="ForeignJson"/>.</summary>
public sealed record ForeignJsonLimits
{
    /// <summary>4 MiB, 64 levels, 250,000 values.</summary>
    public static ForeignJsonLimits Default { get; } = new();

    /// <summary>The longest text in bytes of UTF-8, as it came and as it is repaired, from 1.</summary>
    public int MaxBytes { get; init; } = 4 << 20;

    /// <summary>How deep objects and lists may be nested, 1 to 1000.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>The most values in all; each costs about 24 bytes of memory beside its text.</summary>
    public int MaxValues { get; init; } = 250_000;
}
