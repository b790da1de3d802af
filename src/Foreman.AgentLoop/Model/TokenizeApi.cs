using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// The count of a whole conversation in one request, as vLLM offers it; SGLang has the same path, and takes a conversation there in
/// newer releases only.
/// </summary>
internal static class TokenizeApi
{
    internal const string Path = "/tokenize";

    /// <summary>A long prompt has more tokens than other answers have values.</summary>
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 16 << 20, MaxValues = 2_000_000 };

    /// <summary>The body that asks for the tokens of a chat request's prompt.</summary>
    /// <param name="request">The request as it would be sent.</param>
    /// <param name="strict">True when its tools are sent as strict ones: their schemas are part of the prompt.</param>
    internal static RequestBody Write(ChatRequest request, bool strict) => ConversationWriter.Body(json =>
    {
        json.WriteString("model", request.Model);

        // The chat template writes them itself.
        json.WriteBoolean("add_special_tokens", false);
        json.WriteBoolean("add_generation_prompt", true);
        var conversation = new ConversationWriter(json, WireForm.OpenAi);
        conversation.WriteMessages(request.Messages);
        conversation.WriteTools(request.Tools, strict);
        ChatRequestWriter.WriteTemplateArguments(json, request.ChatTemplateKwargs);
    });

    /// <summary>The tokens, from an answer; null when it does not say.</summary>
    internal static int? CountOf(ReadOnlySpan<byte> body) =>
        ForeignJson.ParseOrNull(body, Limits) is { ValueKind: JsonValueKind.Object } root && ChatChunkReader.Number(root, "count") is >= 1 and var count ? (int)count : null;
}
