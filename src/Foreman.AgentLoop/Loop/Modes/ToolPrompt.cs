using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop.Modes;

/// <summary>What the system message says of the tools where they have no field of their own. Pure; the same tools give the same text.</summary>
internal static class ToolPrompt
{
    private const string HowPrompted = """
        You call a tool by ending your answer with one block of this form, and nothing behind it:
        <tool_call>
        {"name": "TOOL", "arguments": {"ARGUMENT": "VALUE"}}
        </tool_call>
        """;

    private const string HowStructured = """
        Each of your answers is one JSON object that calls a tool, and nothing else:
        {"name": "TOOL", "arguments": {"ARGUMENT": "VALUE"}}
        """;

    private const string Rest = """

        The result comes with the next message, between <tool_response> and </tool_response>. Call one tool at a time.
        These are the tools, one a line, each with the JSON schema of its arguments:
        """;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text; empty in <see cref="RequestMode.Native"/>.</summary>
    internal static string Of(RequestMode mode, IReadOnlyList<ToolDefinition> tools)
    {
        if (mode is RequestMode.Native)
        {
            return "";
        }

        var text = new StringBuilder(mode is RequestMode.Structured ? HowStructured : HowPrompted).Append(Rest);
        foreach (var tool in tools)
        {
            _ = text.Append('\n').Append(Line(tool));
        }

        return text.ToString();
    }

    private static string Line(ToolDefinition tool)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");

            // Through an element: schemas are written over several lines where they stand.
            JsonElement.Parse(tool.Parameters).WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
