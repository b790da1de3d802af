using System.Globalization;
using System.Text;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Cuts a tool's result to what the context window has left for it, and says how to get the rest. Pure.</summary>
internal static class ResultRoom
{
    /// <summary>Tokens that a result always gets, however full the window: enough for the note that stands for it.</summary>
    internal const int MinTokens = 96;

    /// <summary>A chat template puts some tokens around each message.</summary>
    private const int MessageTokens = 16;

    /// <summary>The result as it enters the conversation.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The run before the result.</param>
    /// <param name="call">The call that gave it.</param>
    /// <param name="text">Its result, as the tool returned it.</param>
    /// <param name="whole">The path by which tools read the whole result, null when it is not kept; and its bytes when the text is only a part of it.</param>
    internal static string Fit(LoopRules rules, LoopState state, ToolCall call, string text, (string? Stored, long? Bytes) whole = default)
    {
        var cost = TokenCost.Of(text);
        if (!rules.Defences.FitsLargeResults || cost <= MinTokens || cost <= Tokens(rules, state, state.History))
        {
            return text;
        }

        // Old results are masked before a new one is cut: the next request does so when the prompt leaves no room.
        var masks = rules.Defences.MasksOldResults;
        var shorter = masks ? Compaction.Mask(state.History, state.Turn, rules.Settings.ObservationWindowTurns, 1)?.History ?? state.History : state.History;
        if (masks && cost > Tokens(rules, state, shorter))
        {
            shorter = Compaction.Mask(shorter, state.Turn, 1, 1)?.History ?? shorter;
        }

        return Cut(call, text, (cost, Tokens(rules, state, shorter)), whole);
    }

    /// <summary>Tokens that a result may have: what the window has left after this conversation and the next answer, shared with the calls that still wait.</summary>
    internal static int Tokens(LoopRules rules, LoopState state, IReadOnlyCollection<HistoryItem> history)
    {
        var prompt = state.Gauge.AtMost(history, rules.ToolCost);
        var free = (long)state.ContextTokens - prompt - RequestPlanner.AnswerReserve(rules, state) - MessageTokens;
        return (int)Math.Max(MinTokens, free / (1 + state.Pending.Count()));
    }

    /// <summary>The beginning and the end of a result with a note between them, together within so many tokens.</summary>
    private static string Cut(ToolCall call, string text, (int Cost, int Limit) tokens, (string? Stored, long? Bytes) result)
    {
        if (tokens.Cost <= tokens.Limit)
        {
            return text;
        }

        var (stored, bytes) = (result.Stored, result.Bytes ?? Encoding.UTF8.GetByteCount(text));
        var lines = text.AsSpan().Count('\n') + 1;
        var how = stored is null ? Hint(call.Name) : $"Read on with read_file, path \"{stored}\", offset ";

        // The line to read on from is known only when the cut is; its digits are allowed for.
        var whole = string.Create(CultureInfo.InvariantCulture, $"[cut to fit the context window; the result has {bytes} bytes. {how}{(stored is null ? "" : lines)}]");
        var free = tokens.Limit - TokenCost.Of(whole) - 2;
        var head = Head(text, stored is null || free < MinTailTokens ? free : free - (free / TailPart));
        var tail = stored is null || free < MinTailTokens ? "" : Tail(text, head, free / TailPart);
        var note = stored is null ? whole : string.Create(
            CultureInfo.InvariantCulture, $"[cut to fit the context window; the result has {bytes} bytes. {how}{text.AsSpan(0, head).Count('\n') + 1 + (head > 0 && head < text.Length && text[head] == '\n' ? 1 : 0)}]");
        return $"{text[..head]}{(head == 0 ? "" : "\n")}{note}{(tail.Length == 0 ? "" : "\n")}{tail}";
    }

    /// <summary>The part of the free room that the end of a result gets.</summary>
    private const int TailPart = 4;

    /// <summary>With less room than this, the beginning gets all.</summary>
    private const int MinTailTokens = 128;

    // Whole lines are easier to go on from, unless that would cost much of what fits.
    private static int Head(string text, int tokens)
    {
        var length = TokenCost.Prefix(text, tokens);
        var line = length == 0 ? -1 : text.LastIndexOf('\n', length - 1);
        return line >= length / 2 ? line : length;
    }

    private static string Tail(string text, int head, int tokens)
    {
        // The cost of a text is no less than a third of its characters.
        var from = Math.Max(head, text.Length - (3 * tokens));
        while (from < text.Length && (char.IsLowSurrogate(text[from]) || TokenCost.Of(text[from..]) > tokens))
        {
            from += Math.Max(1, (text.Length - from) / 8);
        }

        var line = from < text.Length ? text.IndexOf('\n', from) : -1;
        return line >= 0 && line < text.Length - 1 && line - from <= (text.Length - from) / 2 ? text[(line + 1)..] : from < text.Length ? text[from..] : "";
    }

    private static string Hint(string tool) => tool switch
    {
        KnownTools.ReadFile => "Read on with offset, or less with limit",
        KnownTools.Grep => "Use a narrower pattern or path",
        KnownTools.ListFiles => "List one directory at a time",
        _ => "Ask for less at once",
    };
}
