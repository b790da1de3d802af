using System.Text;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Takes the thinking out of a text in which a server left it. Templates often put the opening mark into the prompt, so
/// that only the closing one is in the answer: then everything before it was thinking, and nothing quoted there is meant.
/// </summary>
internal static class ThinkingInText
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    /// <summary>A text with more marks than this is no call; looking anew after each would take too long.</summary>
    private const int MaxLooks = 8;

    /// <summary>Splits a text; a mark at its beginning that is never closed makes all of it thinking.</summary>
    /// <param name="text">The content of an answer.</param>
    internal static (string Content, string Thought) Split(string text)
    {
        var content = new StringBuilder();
        var thought = new StringBuilder();
        var at = 0;
        for (var marks = 0; ; marks++)
        {
            var close = text.IndexOf(Close, at, StringComparison.Ordinal);
            var open = text.IndexOf(Open, at, (close < 0 ? text.Length : close) - at, StringComparison.Ordinal);
            if (close < 0 && open >= 0 && content.Length == 0 && text.AsSpan(at, open - at).IsWhiteSpace())
            {
                _ = thought.Append(text, open + Open.Length, text.Length - open - Open.Length);
                return ("", thought.ToString());
            }

            if (close < 0 || (marks < MaxLooks && IsCall(text.AsSpan(at).Trim())))
            {
                return at == 0 ? (text, "") : (content.Append(text, at, text.Length - at).ToString().TrimStart(), thought.ToString());
            }

            if (open < 0)
            {
                _ = thought.Append(content).Append(text, at, close - at);
                _ = content.Clear();
            }
            else
            {
                _ = content.Append(text, at, open - at);
                _ = thought.Append(text, open + Open.Length, close - open - Open.Length);
            }

            at = close + Close.Length;
        }
    }

    /// <summary>True when the text is one call, so that a mark in it is a part of its arguments.</summary>
    private static bool IsCall(ReadOnlySpan<char> text) =>
        (text is ['{' or '[', ..] && ForeignJson.ParseOrNull(text.ToString())?.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        || IsBetween(text, "<tool_call>", "</tool_call>")
        || IsBetween(text, "<function=", "</function>");

    private static bool IsBetween(ReadOnlySpan<char> text, string open, string close) =>
        text.StartsWith(open, StringComparison.Ordinal) && text.EndsWith(close, StringComparison.Ordinal) && text.Count(open) == 1 && text.Count(close) == 1;
}
