using System.Text.Json;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Finds tool calls that a model wrote as text, because its server did not recognise them: between <c>tool_call</c> tags,
/// or as a fenced block of JSON that is the whole answer's end. Only what is complete and says a name and arguments counts.
/// </summary>
internal static class CallsInText
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";
    private const string Fence = "```";

    /// <summary>The answer with the calls of its text as calls; the same answer when there are none.</summary>
    internal static ChatAnswer Lift(ChatAnswer answer)
    {
        var (start, calls) = Tagged(answer.Content);
        if (calls.Count == 0)
        {
            (start, calls) = Fenced(answer.Content);
        }

        return calls.Count == 0 ? answer : answer with { Content = answer.Content[..start].TrimEnd(), Calls = calls };
    }

    private static (int Start, List<RawToolCall> Calls) Tagged(string text)
    {
        var calls = new List<RawToolCall>();
        var first = text.IndexOf(Open, StringComparison.Ordinal);
        for (var at = first; at >= 0; at = text.IndexOf(Open, at, StringComparison.Ordinal))
        {
            at += Open.Length;
            var end = text.IndexOf(Close, at, StringComparison.Ordinal);
            if (end < 0 || Read(text[at..end]) is not { } call)
            {
                // One that is torn or strange spoils the rest: what was meant is not guessed.
                break;
            }

            calls.Add(call);
        }

        return (first, calls);
    }

    private static (int Start, List<RawToolCall> Calls) Fenced(string text)
    {
        var body = text.TrimEnd();
        var start = body.EndsWith(Fence, StringComparison.Ordinal) ? body.LastIndexOf(Fence, Math.Max(0, body.Length - Fence.Length - 1), StringComparison.Ordinal) : -1;
        var line = start < 0 ? -1 : body.IndexOf('\n', start);
        return line >= 0 && line < body.Length - Fence.Length && Read(body[line..^Fence.Length]) is { } call ? (start, [call]) : (0, []);
    }

    private static RawToolCall? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && ChatChunkReader.Text(document.RootElement, "name") is { } name
                && (ChatChunkReader.Object(document.RootElement, "arguments") ?? ChatChunkReader.Object(document.RootElement, "parameters")) is { } arguments
                ? new RawToolCall(name, arguments.GetRawText())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
