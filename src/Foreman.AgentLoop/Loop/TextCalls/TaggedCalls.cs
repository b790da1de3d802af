using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>JSON between <c>tool_call</c> tags: the form of Hermes and Qwen. The last tag may stay open at the end of the text.</summary>
internal sealed class TaggedCalls : ICallAdapter
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";

    /// <summary>How many closing tags are tried: one may stand in the arguments themselves.</summary>
    private const int MaxTries = 4;

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.TaggedJson;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var calls = new List<RawToolCall>();
        var first = text.IndexOf(Open, StringComparison.Ordinal);
        for (var at = first; at >= 0 && calls.Count < CallAssembler.MaxCalls; at = text.IndexOf(Open, at, StringComparison.Ordinal))
        {
            // One that is torn or strange spoils the rest: what was meant is not guessed.
            if (Read(text, at + Open.Length) is not { } found)
            {
                break;
            }

            calls.AddRange(found.Calls);
            at = found.End;
        }

        return calls.Count > 0 ? new LiftedCalls(first, calls)
            : first < 0 ? WithoutOpening(text, isOffered)
            : null;
    }

    private static (IReadOnlyList<RawToolCall> Calls, int End)? Read(string text, int start)
    {
        var end = start;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var close = text.IndexOf(Close, end, StringComparison.Ordinal);
            end = close < 0 ? text.Length : close;
            if (CallJson.ReadAll(text[start..end]) is { } calls)
            {
                return (calls, end);
            }

            if (close < 0)
            {
                break;
            }

            end += Close.Length;
        }

        return null;
    }

    /// <summary>Servers that hide special tokens swallow the opening tag and leave the closing one.</summary>
    private static LiftedCalls? WithoutOpening(string text, Func<string, bool> isOffered) =>
        text.EndsWith(Close, StringComparison.Ordinal) && CallJson.ReadAll(text[..^Close.Length]) is { } calls && calls.All(c => isOffered(c.Name))
            ? new LiftedCalls(0, calls)
            : null;
}
