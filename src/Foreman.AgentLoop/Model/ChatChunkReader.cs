using System.Text.Json;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Reads the JSON of one chunk. Servers agree on little: every field may be missing, null or of another shape, and what
/// is not understood is passed over.
/// </summary>
internal static class ChatChunkReader
{
    /// <summary>Reads one event's data.</summary>
    /// <returns>Null when it is no JSON object.</returns>
    internal static ChatChunk? Read(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                return null;
            }

            using (document)
            {
                return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : null;
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ChatChunk Read(JsonElement root)
    {
        if (root.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
        {
            return new ChatChunk { Error = ServerErrors.FromBody(root, "the model server reported an error in its answer") };
        }

        var choice = Choice(root);
        var delta = choice is { } c ? Object(c, "delta") ?? Object(c, "message") : null;
        return new ChatChunk
        {
            Content = delta is { } d1 ? Text(d1, "content") : null,
            Reasoning = delta is { } d2 ? Text(d2, "reasoning_content") ?? Text(d2, "reasoning") ?? Text(d2, "thinking") : null,
            Calls = delta is { } d3 ? Calls(d3) : [],
            FinishReason = choice is { } c2 ? Text(c2, "finish_reason") : null,
            Model = Text(root, "model"),
            Usage = Object(root, "usage") is { } usage ? Usage(usage) : null,
            Timings = Object(root, "timings") is { } timings ? Timings(timings) : null,
        };
    }

    private static JsonElement? Choice(JsonElement root) =>
        root.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0
            && choices[0].ValueKind is JsonValueKind.Object
            ? choices[0]
            : null;

    private static List<ToolCallDelta> Calls(JsonElement delta)
    {
        var result = new List<ToolCallDelta>();
        if (delta.TryGetProperty("tool_calls", out var calls) && calls.ValueKind is JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray().Where(c => c.ValueKind is JsonValueKind.Object))
            {
                var function = Object(call, "function");
                result.Add(new ToolCallDelta(
                    (int?)Number(call, "index"),
                    Text(call, "id"),
                    function is { } f ? Text(f, "name") : null,
                    function is { } g ? Arguments(g) : null));
            }
        }

        return result;
    }

    /// <summary>The standard says a string; some servers send the object itself.</summary>
    private static string? Arguments(JsonElement function) =>
        function.TryGetProperty("arguments", out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Object => value.GetRawText(),
                _ => null,
            }
            : null;

    private static TokenUsage Usage(JsonElement usage) => new(
        (long)(Number(usage, "prompt_tokens") ?? 0),
        (long)(Object(usage, "prompt_tokens_details") is { } details ? Number(details, "cached_tokens") ?? 0 : 0),
        (long)(Number(usage, "completion_tokens") ?? 0));

    private static ServerTimings Timings(JsonElement timings) => new(
        Number(timings, "prompt_per_second") ?? 0,
        Number(timings, "predicted_per_second") ?? 0,
        (long)(Number(timings, "cache_n") ?? 0),
        (long)(Number(timings, "prompt_n") ?? 0),
        (long)(Number(timings, "predicted_n") ?? 0));

    internal static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object ? value : null;

    internal static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    internal static double? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && Math.Abs(number) < int.MaxValue
            ? number
            : null;
}
