using System.Text.Json;
using Foreman.Primitives;

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
    internal const string Show = "/api/show";

    /// <summary>True for an answer of <see cref="Version"/>.</summary>
    internal static bool IsVersion(ReadOnlySpan<byte> body) =>
        ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root && ChatChunkReader.Word(root, "version") is not null;

    /// <summary>The window that the loaded model has, from an answer of <see cref="Running"/>; null when it is not loaded or the server does not say.</summary>
    internal static int? ContextOf(ReadOnlySpan<byte> body, string model) =>
        ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("models", out var models) && models.ValueKind is JsonValueKind.Array
            ? models.EnumerateArray().Where(m => m.ValueKind is JsonValueKind.Object && IsNamed(m, model))
                .Select(m => (int?)ChatChunkReader.Number(m, "context_length")).FirstOrDefault(n => n is > 0)
            : null;

    /// <summary>Whether the model takes images, from an answer of <see cref="Show"/>; null when the server does not say what its models can do.</summary>
    internal static bool? TakesImages(ReadOnlySpan<byte> body) =>
        ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("capabilities", out var abilities) && abilities.ValueKind is JsonValueKind.Array
            ? abilities.EnumerateArray().Any(a => a.ValueKind is JsonValueKind.String && a.ValueEquals("vision"))
            : null;

    /// <summary>The body that asks what a model can do.</summary>
    internal static RequestBody WriteShow(string model) => ConversationWriter.Body(json => json.WriteString("model", model));

    /// <summary>The body that loads a model with a window.</summary>
    internal static RequestBody WriteLoad(string model, int? contextTokens) => ConversationWriter.Body(json =>
    {
        json.WriteString("model", model);
        json.WriteBoolean("stream", false);
        json.WriteStartObject("options");
        WriteWindow(json, contextTokens);
        json.WriteEndObject();
    });

    /// <summary>The body of a chat request. A prompt over the window is refused, not cut.</summary>
    internal static RequestBody WriteChat(ChatRequest request, int? contextTokens) => ConversationWriter.Body(json =>
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
        var conversation = new ConversationWriter(json, WireForm.Ollama);
        conversation.WriteMessages(request.Messages);
        conversation.WriteTools(request.Tools);
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
}
