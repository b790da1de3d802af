using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Foreman.Primitives;
using Foreman.Tools;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Ollama's own API. Its OpenAI-compatible one ignores the window that is asked for and leaves out the beginning of a longer
/// prompt without a word; this one takes the window and refuses such a prompt.
/// </summary>
internal static class OllamaApi
{
    internal const string Chat = "/api/chat";
    internal const string Generate = "/api/generate";
    internal const string Running = "/api/ps";
    internal const string Version = "/api/version";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True for an answer of <see cref="Version"/>.</summary>
    internal static bool IsVersion(ReadOnlySpan<byte> body) =>
        ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root && ChatChunkReader.Word(root, "version") is not null;

    /// <summary>The window that the loaded model has, from an answer of <see cref="Running"/>; null when it is not loaded or the server does not say.</summary>
    internal static int? ContextOf(ReadOnlySpan<byte> body, string model) =>
        ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("models", out var models) && models.ValueKind is JsonValueKind.Array
            ? models.EnumerateArray().Where(m => m.ValueKind is JsonValueKind.Object && IsNamed(m, model))
                .Select(m => (int?)ChatChunkReader.Number(m, "context_length")).FirstOrDefault(n => n is > 0)
            : null;

    /// <summary>The body that loads a model with a window.</summary>
    internal static ReadOnlyMemory<byte> WriteLoad(string model, int? contextTokens) => Write(json =>
    {
        json.WriteString("model", model);
        json.WriteBoolean("stream", false);
        json.WriteStartObject("options");
        WriteWindow(json, contextTokens);
        json.WriteEndObject();
    });

    /// <summary>The body of a chat request. A prompt over the window is refused, not cut.</summary>
    internal static ReadOnlyMemory<byte> WriteChat(ChatRequest request, int? contextTokens) => Write(json =>
    {
        json.WriteString("model", request.Model);
        json.WriteBoolean("stream", true);
        json.WriteBoolean("truncate", false);
        json.WriteBoolean("shift", false);
        if (request.ChatTemplateKwargs?.GetValueOrDefault("enable_thinking") is { ValueKind: JsonValueKind.True or JsonValueKind.False } think)
        {
            json.WriteBoolean("think", think.GetBoolean());
        }

        json.WriteStartObject("options");
        WriteWindow(json, contextTokens);
        json.WriteNumber("num_predict", request.MaxTokens);
        if (request.Temperature is { } temperature)
        {
            json.WriteNumber("temperature", temperature);
        }

        json.WriteEndObject();
        WriteMessages(json, request.Messages);
        WriteTools(json, request.Tools);
        if (request.AnswerSchema is { } schema)
        {
            json.WritePropertyName("format");
            json.WriteRawValue(schema);
        }
    });

    private static bool IsNamed(JsonElement running, string model) =>
        ChatChunkReader.Text(running, "name") is { } name && (name == model || name == model + ":latest");

    private static void WriteWindow(Utf8JsonWriter json, int? contextTokens)
    {
        if (contextTokens is { } window)
        {
            json.WriteNumber("num_ctx", window);
        }
    }

    private static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages)
    {
        var tools = messages.SelectMany(m => m.Calls ?? []).ToDictionary(c => c.Id, c => c.Name, StringComparer.Ordinal);
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", ChatRequestWriter.Role(message.Role));
            json.WriteString("content", message.Content);
            if (message.CallId is { } id)
            {
                json.WriteString("tool_call_id", id);
                json.WriteString("tool_name", tools.GetValueOrDefault(id, ""));
            }

            if (message.Calls is { Count: > 0 } calls)
            {
                json.WriteStartArray("tool_calls");
                foreach (var call in calls)
                {
                    json.WriteStartObject();
                    json.WriteString("id", call.Id);
                    json.WriteStartObject("function");
                    json.WriteString("name", call.Name);
                    json.WritePropertyName("arguments");
                    json.WriteRawValue(call.Arguments);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools)
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
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
