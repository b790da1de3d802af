using System.Text.Json;

namespace Foreman.AgentLoop.Model;

/// <summary>Writes a request body of the OpenAI-compatible API.</summary>
internal static class ChatRequestWriter
{
    /// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="omit">Fields that this server refused.</param>
    /// <param name="strict">True for a server that guarantees arguments which are asked for strictly.</param>
    internal static RequestBody Write(ChatRequest request, IReadOnlySet<string> omit, bool strict = false) => ConversationWriter.Body(json =>
    {
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

        var conversation = new ConversationWriter(json, WireForm.OpenAi);
        conversation.WriteMessages(request.Messages);
        conversation.WriteTools(request.Tools, strict);
        if (request.Tools.Count > 0 && !omit.Contains("parallel_tool_calls"))
        {
            json.WriteBoolean("parallel_tool_calls", false);
        }

        WriteAnswerSchema(json, request.AnswerSchema);
        WriteTemplateArguments(json, request.ChatTemplateKwargs);
    });

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

    internal static void WriteTemplateArguments(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement>? arguments)
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
}
