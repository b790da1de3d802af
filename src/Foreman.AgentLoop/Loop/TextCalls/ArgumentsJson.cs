using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>Makes JSON of arguments that are written in another form.</summary>
internal static class ArgumentsJson
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A JSON object.</summary>
    /// <param name="members">Writes its members; false gives up.</param>
    /// <returns>Null when that gave up.</returns>
    internal static string? Of(Func<Utf8JsonWriter, bool> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        if (!members(json))
        {
            return null;
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
