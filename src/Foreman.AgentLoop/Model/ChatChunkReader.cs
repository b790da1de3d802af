using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Reads the JSON of one chunk. Servers agree on little: every field may be missing, null, empty or of another shape, and
/// what is not understood is passed over.
/// </summary>
internal static class ChatChunkReader
{
    /// <summary>Names, ids and reasons that are longer than this are cut: they are of no use, and go to logs and spans.</summary>
    internal const int MaxWordCharacters = 256;

    /// <summary>Reads the data of one event, or a whole answer.</summary>
    /// <param name="root">A JSON object.</param>
    internal static ChatChunk Read(JsonElement root)
    {
        var choice = Choice(root);
        // Ollama's own API has the message at the root, and says there when it is the last one.
        var native = choice is null && root.TryGetProperty("done", out var done) && done.ValueKind is JsonValueKind.True or JsonValueKind.False ? Object(root, "message") : null;
        var part = choice is { } c ? Object(c, "delta") : native;
        var whole = choice is { } w && part is null ? Object(w, "message") : null;
        var message = part ?? whole;
        return new ChatChunk
        {
            HasChoice = choice is not null || native is not null,
            IsOllama = native is not null,
            IsWhole = whole is not null,
            Content = message is { } d1 ? Content(d1) : null,
            Reasoning = message is { } d2 ? NonEmpty(d2, "reasoning_content") ?? NonEmpty(d2, "reasoning") ?? NonEmpty(d2, "thinking") : null,
            Calls = message is { } d3 ? Calls(d3, whole is not null || native is not null) : [],
            FinishReason = choice is { } f ? Word(f, "finish_reason") is { } reason and not ("null" or "None") ? reason : null
                : native is not null && root.GetProperty("done").GetBoolean() ? Word(root, "done_reason") ?? "stop"
                : null,
            Model = Word(root, "model"),
            Usage = Object(root, "usage") is { } usage && Usage(usage) is var counted && counted != TokenUsage.Zero ? counted
                : native is not null && new TokenUsage(Count(root, "prompt_eval_count"), 0, Count(root, "eval_count")) is var evaluated && evaluated != TokenUsage.Zero ? evaluated
                : null,
            Timings = Object(root, "timings") is { } timings ? Timings(timings) : null,
        };
    }

    private static JsonElement? Choice(JsonElement root) =>
        root.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0
            && choices[0].ValueKind is JsonValueKind.Object
            ? choices[0]
            : null;

    /// <summary>A text, or a list of parts of which some are texts.</summary>
    private static string? Content(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Where(p => p.ValueKind is JsonValueKind.Object).Select(p => Text(p, "text")))
            : Text(message, "content");

    private static List<ToolCallDelta> Calls(JsonElement message, bool whole)
    {
        var result = new List<ToolCallDelta>();
        if (message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind is JsonValueKind.Array && calls.GetArrayLength() > 0)
        {
            foreach (var call in calls.EnumerateArray().Where(c => c.ValueKind is JsonValueKind.Object).Take(CallAssembler.MaxCalls))
            {
                // A call without `function` is flat in some servers.
                var function = Object(call, "function") ?? call;
                result.Add(new ToolCallDelta((int?)Number(call, "index"), Word(call, "id"), Word(function, "name"), Arguments(function), whole));
            }
        }
        else if (Object(message, "function_call") is { } function)
        {
            // The form before tool_calls; servers that send both mean the same call.
            result.Add(new ToolCallDelta(null, null, Word(function, "name"), Arguments(function), whole));
        }

        return result;
    }

    /// <summary>The standard says a string; some servers send the object itself.</summary>
    private static string? Arguments(JsonElement function) =>
        function.TryGetProperty("arguments", out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Object or JsonValueKind.Array => value.GetRawText(),
                _ => null,
            }
            : null;

    private static TokenUsage Usage(JsonElement usage) => new(
        Count(usage, "prompt_tokens"),
        Object(usage, "prompt_tokens_details") is { } details ? Count(details, "cached_tokens") : 0,
        Count(usage, "completion_tokens"));

    private static ServerTimings Timings(JsonElement timings) => new(
        Number(timings, "prompt_per_second") ?? 0,
        Number(timings, "predicted_per_second") ?? 0,
        Count(timings, "cache_n"),
        Count(timings, "prompt_n"),
        Count(timings, "predicted_n"));

    internal static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object ? value : null;

    internal static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>A short text that means something; an empty one is absent.</summary>
    internal static string? Word(JsonElement parent, string name) =>
        NonEmpty(parent, name) is { } text ? text.Length <= MaxWordCharacters ? text : Printable.Line(text, MaxWordCharacters) : null;

    internal static double? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && Math.Abs(number) < int.MaxValue
            ? number
            : null;

    private static string? NonEmpty(JsonElement parent, string name) => Text(parent, name) is { Length: > 0 } text ? text : null;

    private static long Count(JsonElement parent, string name) => (long)Math.Max(0, Number(parent, name) ?? 0);
}
