using System.Globalization;
using System.Text;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Cuts a tool's result to what the context window has left for it, and says how to get the rest. Pure.</summary>
internal static class ResultRoom
{
    /// <summary>Tokens that a result always gets, however full the window: enough for the note that stands for it.</summary>
    internal const int MinTokens = 96;

    /// <summary>The part of the window that is kept for the next answer.</summary>
    private const int AnswerPart = 8;

    /// <summary>A chat template puts some tokens around each message.</summary>
    private const int MessageTokens = 16;

    /// <summary>The result as it enters the conversation.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The run before the result.</param>
    /// <param name="tool">The tool that was called.</param>
    /// <param name="text">Its whole result.</param>
    internal static string Fit(LoopRules rules, LoopState state, string tool, string text)
    {
        var cost = TokenCost.Of(text);
        if (cost <= MinTokens || cost <= Tokens(rules, state, state.History))
        {
            return text;
        }

        // Old results are masked before a new one is cut: the next request does so when the prompt leaves no room.
        var shorter = Compaction.Mask(state.History, state.Turn, rules.Settings.ObservationWindowTurns, 1)?.History ?? state.History;
        if (cost > Tokens(rules, state, shorter))
        {
            shorter = Compaction.Mask(shorter, state.Turn, 1, 1)?.History ?? shorter;
        }

        return Cut(tool, text, cost, Tokens(rules, state, shorter));
    }

    /// <summary>Tokens that a result may have: what the window has left after this conversation and the next answer, shared with the calls that still wait.</summary>
    internal static int Tokens(LoopRules rules, LoopState state, IReadOnlyCollection<HistoryItem> history)
    {
        var prompt = state.Gauge.AtMost(history, rules.ToolCost);
        var answer = Math.Min(rules.Settings.MaxOutputTokens, Math.Max(LoopRules.MinOutputTokens, state.ContextTokens / AnswerPart));
        var free = (long)state.ContextTokens - prompt - answer - MessageTokens;
        return (int)Math.Max(MinTokens, free / (1 + state.Pending.Count()));
    }

    /// <summary>The beginning of a result and a note, together within so many tokens.</summary>
    internal static string Cut(string tool, string text, int cost, int tokens)
    {
        if (cost <= tokens)
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        var note = string.Create(CultureInfo.InvariantCulture, $"[cut to fit the context window; the result has {bytes} bytes. {Hint(tool)}]");
        var length = TokenCost.Prefix(text, tokens - TokenCost.Of(note) - 1);

        // Whole lines are easier to go on from, unless that would cost much of what fits.
        var line = length == 0 ? -1 : text.LastIndexOf('\n', length - 1);
        length = line >= length / 2 ? line : length;
        return length == 0 ? note : $"{text[..length]}\n{note}";
    }

    private static string Hint(string tool) => tool switch
    {
        KnownTools.ReadFile => "Read on with offset, or less with limit",
        KnownTools.Grep => "Use a narrower pattern or path",
        KnownTools.ListFiles => "List one directory at a time",
        _ => "Ask for less at once",
    };
}
