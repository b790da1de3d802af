using System.Buffers;
using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop.Modes;

/// <summary>The JSON schema of an answer that is one call of a tool. Pure; the same tools give the same text.</summary>
internal static class CallSchema
{
    /// <summary>One alternative for each tool; <c>name</c> and <c>arguments</c> in this order, as most models were trained to write calls.</summary>
    internal static string Of(IReadOnlyList<ToolDefinition> tools)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("anyOf");
            foreach (var tool in tools)
            {
                Write(json, tool);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteStartObject();
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject("name");
        json.WriteString("const", tool.Name);
        json.WriteEndObject();
        json.WritePropertyName("arguments");
        if (KnownTools.TraitsOf(tool.Name) is null)
        {
            // A foreign schema may hold words that a server can't make a grammar of, and would then refuse every request.
            json.WriteStartObject();
            json.WriteString("type", "object");
            json.WriteEndObject();
        }
        else
        {
            JsonElement.Parse(tool.Parameters).WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteStartArray("required");
        json.WriteStringValue("name");
        json.WriteStringValue("arguments");
        json.WriteEndArray();
        json.WriteBoolean("additionalProperties", false);
        json.WriteEndObject();
    }
}
