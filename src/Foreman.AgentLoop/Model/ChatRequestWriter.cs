using System.Buffers;
using System.Text.Json;
using Foreman.Tools;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Writes a request body. The same history always gives the same bytes: model servers keep what they have read of a
/// prompt and compare prefixes.
/// </summary>
internal static class ChatRequestWriter
{
    /// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="omit">Fields that this server refused.</param>
    internal static ReadOnlyMemory<byte> Write(ChatRequest request, IReadOnlySet<string> omit)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteBoolean("stream", true);
            if (!omit.Contains("stream_options"))
            {
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }

            json.WriteNumber(omit.Contains("max_tokens") ? "max_completion_tokens" : "max_tokens", request.MaxTokens);
            if (request.Temperature is { } temperature && !omit.Contains("temperature"))
            {
                json.WriteNumber("temperature", temperature);
            }

            WriteMessages(json, request.Messages);
            WriteTools(json, request.Tools, omit);
            WriteAnswerSchema(json, request.AnswerSchema);
            WriteTemplateArguments(json, request.ChatTemplateKwargs);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", Role(message.Role));
            json.WriteString("content", message.Content);
            if (message.CallId is { } id)
            {
                json.WriteString("tool_call_id", id);
            }

            if (message.Calls is { Count: > 0 } calls)
            {
                json.WriteStartArray("tool_calls");
                foreach (var call in calls)
                {
                    json.WriteStartObject();
                    json.WriteString("id", call.Id);
                    json.WriteString("type", "function");
                    json.WriteStartObject("function");
                    json.WriteString("name", call.Name);
                    json.WriteString("arguments", call.Arguments);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools, IReadOnlySet<string> omit)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            json.WriteRawValue(tool.Parameters);
            if (tool.Strict)
            {
                json.WriteBoolean("strict", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!omit.Contains("parallel_tool_calls"))
        {
            json.WriteBoolean("parallel_tool_calls", false);
        }
    }

    private static void WriteAnswerSchema(Utf8JsonWriter json, string? schema)
    {
        if (schema is null)
        {
            return;
        }

        json.WriteStartObject("response_format");
        json.WriteString("type", "json_schema");
        json.WriteStartObject("json_schema");
        json.WriteString("name", "call");
        json.WriteBoolean("strict", true);
        json.WritePropertyName("schema");
        json.WriteRawValue(schema);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTemplateArguments(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement>? arguments)
    {
        if (arguments is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject("chat_template_kwargs");
        foreach (var (name, value) in arguments)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    internal static string Role(ChatRole role) => role switch
    {
        ChatRole.System => "system",
        ChatRole.User => "user",
        ChatRole.Assistant => "assistant",
        _ => "tool",
    };
}
