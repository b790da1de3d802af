using System.Text.Json;
using System.Text.RegularExpressions;

namespace Foreman.Compare.Model;

/// <summary>A call that the model sees in the conversation, with its result.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Raw">The arguments as the conversation has them.</param>
/// <param name="Result">What the tool answered.</param>
internal sealed record SeenCall(string Name, string Raw, string Result)
{
    /// <summary>True when the tool did not do what was asked.</summary>
    internal bool Failed => Result.StartsWith("error", StringComparison.Ordinal);

    /// <summary>A text argument; null when there is none of that name.</summary>
    internal string? Argument(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>True when an argument is <c>true</c>.</summary>
    internal bool Flag(string name) => Member(name) is { ValueKind: JsonValueKind.True };

    private JsonElement? Member(string name)
    {
        try
        {
            using var document = JsonDocument.Parse(Raw);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One answer of the model as the conversation has it, and what came back.</summary>
/// <param name="Calls">Its calls with their results.</param>
/// <param name="Reply">The user's message after it; empty when there is none.</param>
internal sealed record Exchange(IReadOnlyList<SeenCall> Calls, string Reply)
{
    /// <summary>Everything that came back.</summary>
    internal string Feedback => string.Join('\n', [.. Calls.Select(c => c.Result), Reply]);
}

/// <summary>All that the model sees: a request of the OpenAI-compatible API, read.</summary>
internal sealed partial record Conversation
{
    /// <summary>The goal's id; empty when the first message of the user names none.</summary>
    internal required string Goal { get; init; }

    /// <summary>The output limit.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>The model's own answers so far.</summary>
    internal required IReadOnlyList<Exchange> Exchanges { get; init; }

    /// <summary>Characters of the whole prompt, tools included.</summary>
    internal required long Characters { get; init; }

    /// <summary>Why a server such as llama-server refuses the conversation whatever comes after it; null when it does not.</summary>
    internal string? Poison { get; init; }

    /// <summary>Reads a request.</summary>
    internal static Conversation Read(JsonElement request)
    {
        var (goal, characters, poison) = ("", 0L, (string?)null);
        var exchanges = new List<(List<(string Id, SeenCall Call)> Calls, string Reply)>();
        foreach (var message in request.GetProperty("messages").EnumerateArray())
        {
            var text = Text(message, "content");
            characters += text.Length;
            switch (Text(message, "role"))
            {
                case "user" when exchanges.Count == 0:
                    goal = GoalMark().Match(text) is { Success: true } match ? match.Groups[1].Value : goal;
                    break;
                case "user":
                    exchanges[^1] = (exchanges[^1].Calls, text);
                    break;
                case "assistant":
                    var calls = Calls(message);
                    characters += calls.Sum(c => c.Call.Raw.Length + c.Call.Name.Length);
                    poison ??= PoisonIn(text, calls);
                    exchanges.Add((calls, ""));
                    break;
                case "tool" when exchanges.Count > 0:
                    var at = exchanges[^1].Calls.FindIndex(c => c.Id == Text(message, "tool_call_id"));
                    if (at >= 0)
                    {
                        var (id, call) = exchanges[^1].Calls[at];
                        exchanges[^1].Calls[at] = (id, call with { Result = text });
                    }

                    break;
            }
        }

        return new Conversation
        {
            Goal = goal,
            MaxTokens = request.TryGetProperty("max_tokens", out var most) ? most.GetInt32() : int.MaxValue,
            Exchanges = [.. exchanges.Select(e => new Exchange([.. e.Calls.Select(c => c.Call)], e.Reply))],
            Characters = characters + (request.TryGetProperty("tools", out var tools) ? tools.GetRawText().Length : 0),
            Poison = poison,
        };
    }

    /// <summary>True when what a file holds stands in the conversation: it was read or written there, and the result is not masked.</summary>
    internal bool Shows(string path) => Exchanges.SelectMany(e => e.Calls).Any(c =>
        !c.Failed && c.Argument("path") == path && (c.Name == "write_file" || (c.Name == "read_file" && !c.Result.Contains("[rest of the result of ", StringComparison.Ordinal))));

    private static List<(string Id, SeenCall Call)> Calls(JsonElement message) =>
        !message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind is not JsonValueKind.Array ? []
        : [.. calls.EnumerateArray().Select(c => (Text(c, "id"), new SeenCall(Text(c.GetProperty("function"), "name"), Text(c.GetProperty("function"), "arguments"), "")))];

    private static string? PoisonIn(string text, List<(string Id, SeenCall Call)> calls)
    {
        if (calls.Count == 0 && text.Length == 0)
        {
            return "Assistant message must contain either 'content' or 'tool_calls'!";
        }

        foreach (var (_, call) in calls)
        {
            try
            {
                JsonDocument.Parse(call.Raw).Dispose();
            }
            catch (JsonException)
            {
                return "Failed to parse tool call arguments as JSON";
            }
        }

        return null;
    }

    private static string Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString()! : "";

    [GeneratedRegex(@"\[goal ([a-z0-9-]+)\]")]
    private static partial Regex GoalMark();
}
