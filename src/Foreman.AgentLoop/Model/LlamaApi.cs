using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>What llama-server offers beside the common API: the window of a slot, and exact counts of tokens.</summary>
internal static class LlamaApi
{
    internal const string Props = "/props";
    internal const string ApplyTemplate = "/apply-template";
    internal const string Tokenize = "/tokenize";

    /// <summary>A long prompt has more tokens than other answers have values.</summary>
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 16 << 20, MaxValues = 2_000_000 };

    /// <summary>The window of one slot, from an answer of <see cref="Props"/>; null when it does not say.</summary>
    internal static int? ContextOf(ReadOnlySpan<byte> body) =>
        Object(body) is { } root && ChatChunkReader.Object(root, "default_generation_settings") is { } settings && ChatChunkReader.Number(settings, "n_ctx") is > 0 and var window
            ? (int)window
            : null;

    /// <summary>The text that the model would read, from an answer of <see cref="ApplyTemplate"/>; null when it is none.</summary>
    internal static string? PromptOf(ReadOnlySpan<byte> body) => Object(body) is { } root ? ChatChunkReader.Text(root, "prompt") : null;

    /// <summary>The tokens of a text, from an answer of <see cref="Tokenize"/>; null when it is none.</summary>
    internal static int? CountOf(ReadOnlySpan<byte> body) =>
        Object(body) is { } root && root.TryGetProperty("tokens", out var tokens) && tokens.ValueKind is JsonValueKind.Array ? tokens.GetArrayLength() : null;

    /// <summary>The body that asks for the tokens of a text as a chat request has them.</summary>
    internal static RequestBody WriteTokenize(string prompt) => ConversationWriter.Body(json =>
    {
        json.WriteString("content", prompt);
        json.WriteBoolean("add_special", true);
        json.WriteBoolean("parse_special", true);
    });

    private static JsonElement? Object(ReadOnlySpan<byte> body) => ForeignJson.ParseOrNull(body, Limits) is { ValueKind: JsonValueKind.Object } root ? root : null;
}
