using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>JSON between tags. The last tag may stay open at the end of the text.</summary>
/// <param name="opening">The tag before a call.</param>
/// <param name="closing">The tag behind it.</param>
internal sealed class TaggedCalls(string opening, string closing) : ICallAdapter
{
    /// <summary>How many closing tags are tried: one may stand in the arguments themselves.</summary>
    private const int MaxTries = 4;

    /// <summary>The form of Hermes and Qwen.</summary>
    internal static TaggedCalls Hermes { get; } = new("<tool_call>", "</tool_call>");

    /// <summary>The form that LM Studio asks of models which were not trained for one; it leaves a call in the text when it can't read it.</summary>
    internal static TaggedCalls LmStudio { get; } = new("[TOOL_REQUEST]", "[END_TOOL_REQUEST]");

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.TaggedJson;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var calls = new List<RawToolCall>();
        var first = text.IndexOf(opening, StringComparison.Ordinal);
        for (var at = first; at >= 0 && calls.Count < CallAssembler.MaxCalls; at = text.IndexOf(opening, at, StringComparison.Ordinal))
        {
            // One that is torn or strange spoils the rest: what was meant is not guessed.
            if (Read(text, at + opening.Length) is not { } found)
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

    private (IReadOnlyList<RawToolCall> Calls, int End)? Read(string text, int start)
    {
        var end = start;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var close = text.IndexOf(closing, end, StringComparison.Ordinal);
            end = close < 0 ? text.Length : close;
            if (CallJson.ReadAll(text[start..end]) is { } calls)
            {
                return (calls, end);
            }

            if (close < 0)
            {
                break;
            }

            end += closing.Length;
        }

        return null;
    }

    /// <summary>Servers that hide special tokens swallow the opening tag and leave the closing one.</summary>
    private LiftedCalls? WithoutOpening(string text, Func<string, bool> isOffered) =>
        text.EndsWith(closing, StringComparison.Ordinal) && CallJson.ReadAll(text[..^closing.Length]) is { } calls && calls.All(c => isOffered(c.Name))
            ? new LiftedCalls(0, calls)
            : null;
}
