using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>Reads calls that are written as JSON: one object, a list of them, or several after each other.</summary>
internal static class CallJson
{
    private static readonly string[] Fields = ["name", "arguments", "parameters", "function", "type", "id"];

    /// <summary>Reads a text that is calls and nothing else.</summary>
    /// <returns>Null when anything in it is no call.</returns>
    internal static IReadOnlyList<RawToolCall>? ReadAll(string text)
    {
        var calls = new List<RawToolCall>();
        foreach (var value in Values(text))
        {
            if (calls.Count > CallAssembler.MaxCalls || value is null || !Add(value.Value, calls))
            {
                return null;
            }
        }

        return calls.Count > 0 ? calls : null;
    }

    private static bool Add(JsonElement value, List<RawToolCall> calls)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            return value.GetArrayLength() is > 0 and <= CallAssembler.MaxCalls && value.EnumerateArray().All(v => v.ValueKind is JsonValueKind.Object && Add(v, calls));
        }

        if (value.ValueKind is JsonValueKind.Object && value.GetPropertyCount() == 1
            && value.TryGetProperty("tool_calls", out var list) && list.ValueKind is JsonValueKind.Array)
        {
            return Add(list, calls);
        }

        if (Read(value) is not { } call)
        {
            return false;
        }

        calls.Add(call);
        return true;
    }

    /// <summary>An object with a name, arguments and nothing that belongs to something else; <c>function</c> may hold both.</summary>
    private static RawToolCall? Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object || value.EnumerateObject().Any(p => !Fields.Contains(p.Name)))
        {
            return null;
        }

        var call = ChatChunkReader.Object(value, "function") ?? value;
        return (ChatChunkReader.Word(call, "name") ?? ChatChunkReader.Word(call, "function")) is { } name
            && (Arguments(call, "arguments") ?? Arguments(call, "parameters")) is { } arguments
            ? new RawToolCall(name, arguments)
            : null;
    }

    /// <summary>An object, or the text of one: some models encode it twice.</summary>
    private static string? Arguments(JsonElement call, string name) =>
        ChatChunkReader.Object(call, name)?.GetRawText()
        ?? (ChatChunkReader.Text(call, name) is { } text && ForeignJson.ParseOrNull(text) is { ValueKind: JsonValueKind.Object } ? text : null);

    /// <summary>The values of a text, null for one that is no JSON; between them may stand white space, commas and semicolons.</summary>
    private static IEnumerable<JsonElement?> Values(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] is ',' or ';')
            {
                at++;
                continue;
            }

            var end = End(text, at);
            yield return end < 0 ? null : ForeignJson.ParseOrNull(text[at..end]);
            if (end < 0)
            {
                yield break;
            }

            at = end;
        }
    }

    /// <summary>The end of the object or list that begins here; -1 when there is none, or it has no end.</summary>
    private static int End(string text, int start)
    {
        var depth = 0;
        var inString = false;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inString:
                    i++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '{' or '[' when !inString:
                    depth++;
                    break;
                case '}' or ']' when !inString:
                    depth--;
                    break;
            }

            if (depth == 0)
            {
                return i > start ? i + 1 : -1;
            }
        }

        return -1;
    }
}
