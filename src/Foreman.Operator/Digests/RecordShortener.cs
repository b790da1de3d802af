using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Foreman.Primitives;

namespace Foreman.Operator.Digests;

/// <summary>
/// Makes a record short enough for a digest: long texts are cut, whole files and schemas left out. It goes through the JSON
/// once and builds no tree of it, so that no record, however odd, takes more memory than its text.
/// </summary>
internal sealed class RecordShortener
{
    /// <summary>Characters of a text that are kept.</summary>
    public const int MaxTextLength = 2000;

    /// <summary>Most bytes of a short record.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int MaxNameLength = 64;

    private static readonly string[] LeftOutFields = ["effects", "tools", "agent"];
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>The short form of a record; null when the line is no JSON object, empty when it holds only a content that others refer to.</summary>
    /// <param name="line">Bytes that are no UTF-8 are read as U+FFFD.</param>
    public string? Shorten(ReadOnlySpan<byte> line)
    {
        var text = Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line));
        _output.ResetWrittenCount();
        var reader = new Utf8JsonReader(text);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            using var writer = new Utf8JsonWriter(_output, Writing);
            if (!Copy(ref reader, writer, out var type))
            {
                return Omitted(type);
            }

            // What follows the object makes the line none of ours.
            if (reader.Read())
            {
                return null;
            }

            writer.Flush();
            return type == "content" ? "" : Encoding.UTF8.GetString(_output.WrittenSpan);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // False when the copy has grown too long.
    private static bool Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, out string type)
    {
        type = "";
        var isType = false;
        writer.WriteStartObject();
        while (reader.Read())
        {
            if (writer.BytesCommitted + writer.BytesPending > MaxBytes)
            {
                return false;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1 && IsLeftOut(ref reader):
                    reader.Skip();
                    break;
                case JsonTokenType.PropertyName:
                    isType = reader.CurrentDepth == 1 && reader.ValueTextEquals("type"u8);
                    writer.WritePropertyName(Text(ref reader, MaxNameLength));
                    break;
                case JsonTokenType.String:
                    var text = Text(ref reader, MaxTextLength);
                    type = isType ? Text(ref reader, MaxNameLength) : type;
                    isType = false;
                    writer.WriteStringValue(text);
                    break;
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    writer.WriteEndObject();
                    return true;
                default:
                    CopyToken(ref reader, writer);
                    break;
            }
        }

        return true;
    }

    private static void CopyToken(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.Number when reader.ValueSpan.Length <= MaxNameLength:
                writer.WriteRawValue(reader.ValueSpan);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static bool IsLeftOut(ref Utf8JsonReader reader)
    {
        foreach (var field in LeftOutFields)
        {
            if (reader.ValueTextEquals(field))
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(ref Utf8JsonReader reader, int max)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape for half of a character: the text is shown as it was written.
            text = Encoding.UTF8.GetString(reader.ValueSpan);
        }

        return Printable.Cut(text, max);
    }

    private static string Omitted(string type) => $$"""{"type":"{{JsonEncodedText.Encode(type)}}","omitted":"the record has too many fields"}""";
}
