using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Foreman.Api;

/// <summary>The form of a record in a transcript: one line of JSON in UTF-8, ended by a line feed.</summary>
public static class TranscriptLine
{
    /// <summary>
    /// Most bytes of a line that readers take. Text over 16 KiB stands beside the records, so an answer of 16 calls takes at
    /// most 1.5 MiB with every character escaped.
    /// </summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    // Text stays readable, and CJK takes three bytes a character, not six.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a record with its line end.</summary>
    /// <param name="record">What is written; text that is no valid UTF-16 gets U+FFFD in place of what is wrong.</param>
    /// <param name="output">Gets the line at its end.</param>
    public static void Write(TranscriptRecord record, IBufferWriter<byte> output)
    {
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            JsonSerializer.Serialize(writer, record, ApiJson.Default.TranscriptRecord);
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads a line without its end.</summary>
    /// <param name="line">UTF-8.</param>
    /// <returns>Null when it is no record.</returns>
    public static TranscriptRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ApiJson.Default.TranscriptRecord);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            // The serializer reports torn text, halves of characters and doubled keys of nested objects in these ways.
            return null;
        }
    }
}
