using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>meta/v1 Time: RFC 3339 in UTC, whole seconds when written; any fraction and offset when read.</summary>
public sealed class Rfc3339Converter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    /// <summary>The text that the API stores for a time.</summary>
    public static string Format(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset Parse(ref Utf8JsonReader reader)
    {
        // What the API server writes is read without a text in between; only with Z, for without it the local zone would be meant.
        if (reader is { HasValueSequence: false, ValueSpan: [.., (byte)'Z'] } && reader.TryGetDateTimeOffset(out var utc))
        {
            return utc;
        }

        var text = reader.GetString();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException($"`{text}` is not a time in RFC 3339 form, for example 2026-01-31T08:30:00Z");
    }
}
