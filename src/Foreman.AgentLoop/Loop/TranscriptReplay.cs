using System.Collections.Immutable;
using System.Text;
using Foreman.AgentLoop.Loop.Stuck;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// What each record of a transcript means for the state of its run. <see cref="LoopMachine"/> changes a state by these functions
/// too, so that the records of a run, read again, give the state that it had. Pure.
/// </summary>
internal static class TranscriptReplay
{
    /// <summary>The state before the first message.</summary>
    internal static LoopState Begin(LoopRules rules) => new() { History = [], ContextTokens = rules.Settings.ContextTokens };

    /// <summary>The state after all of these records.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="records">In order, with their large texts in place.</param>
    internal static LoopState Of(LoopRules rules, IEnumerable<TranscriptRecord> records) =>
        records.Aggregate(Begin(rules), (state, record) => Apply(rules, state, record));

    /// <summary>The state after one more record; a record that says nothing of the state leaves it as it is.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The state before.</param>
    /// <param name="record">With its large texts in place.</param>
    internal static LoopState Apply(LoopRules rules, LoopState state, TranscriptRecord record)
    {
        var next = Changed(rules, state, record);
        return next with { Stuck = StuckFold.Apply(rules, next.Stuck, record), Cache = PromptCache.Apply(next.Cache, record) };
    }

    private static LoopState Changed(LoopRules rules, LoopState state, TranscriptRecord record) => record switch
    {
        MessageSent r => OnMessage(state, r),
        ModelAnswered r => OnAnswer(rules, state, r),
        ToolIntended r => state with { Begun = r.CallId },
        ToolReturned r => OnResult(state, r),
        HistoryCompacted r => state with { History = Compaction.Mask(state.History, r.MaskedCallIds), IsCompacted = true },
        PromptRefused r => OnRefused(rules, state, r),
        ImagesRefused => state with { History = Compaction.WithoutImages(state.History), IsBlind = true },
        PromptCounted r => state with { Gauge = state.Gauge.Counted(state.History, rules.ToolCost, r.PromptTokens) },
        RunResumed => state with
        {
            // Another server, model or tool list may answer from here on.
            TakenOver = (state.Used, state.Turn),
            ContextTokens = rules.Settings.ContextTokens,
            Gauge = default,
            Timings = null,
            Overflowed = false,
            AskedLess = false,
            ShortensPrompt = false,
            IsBlind = false,
            IsCompacted = false,
        },
        _ => state,
    };

    /// <summary>The turn of the next call of the answer has come.</summary>
    internal static LoopState Take(LoopState state)
    {
        var pending = state.Pending.Dequeue(out var next);
        return state with { Pending = pending, Running = next, Tool = next.Call.Name };
    }

    /// <summary>The last call of the answer is done.</summary>
    internal static LoopState CloseTurn(LoopState state) => state with { IsTurnOpen = false };

    private static LoopState OnMessage(LoopState state, MessageSent r) => state with
    {
        History = state.History.Add(new HistoryItem(r.Role == "system" ? ChatMessage.System(r.Content) : ChatMessage.User(r.Content) with { Images = Seen(r.Images) }, r.Turn)),
        OwesNudge = false,
        Submission = r.RefusesResult == true ? null : state.Submission,
        Refusals = state.Refusals + (r.RefusesResult == true ? 1 : 0),
    };

    private static LoopState OnAnswer(LoopRules rules, LoopState before, ModelAnswered r)
    {
        var state = CloseTurn(before);
        var calls = r.ToolCalls ?? [];
        var kind = Enum.TryParse<AnswerKind>(r.Unusable, out var unusable) ? unusable : calls.Count > 0 ? AnswerKind.Calls : AnswerKind.NoCall;
        var used = new TokenUsage(r.Usage?.PromptTokens ?? 0, r.Usage?.CachedTokens ?? 0, r.Usage?.CompletionTokens ?? 0);
        return state with
        {
            Turn = r.Turn + 1,
            Used = state.Used + used,
            Timings = r.Timings is { } t ? new ServerTimings(t.PromptTokensPerSecond, t.DecodeTokensPerSecond, t.CachedTokens, t.PromptTokens, t.CompletionTokens) : state.Timings,
            Gauge = used.PromptTokens > 0 && r.PromptCost is { } cost ? new PromptGauge(cost, used.PromptTokens, state.History.Count)
                : state.Gauge.Counted(state.History, rules.ToolCost, used.PromptTokens),
            AskedTokens = r.AskedTokens ?? state.AskedTokens,
            AskedByBudget = r.AskedByBudget == true,
            History = state.History.Add(new HistoryItem(ChatMessage.Assistant(r.Content ?? "", r.ToolCalls), r.Turn + 1)),
            LastCall = state.LastCall + calls.Count,
            Pending = [.. calls.Select(c => new PendingCall(c, r.Problems?.GetValueOrDefault(c.Id)))],
            Tool = null,
            LastAnswer = kind,
            OwesNudge = kind is not AnswerKind.Calls && calls.Count == 0,
            RepromptCounts = Counted(state.RepromptCounts, kind),
            IsTurnOpen = true,
            Overflowed = false,
            AskedLess = false,
            ShortensPrompt = false,
            IsCompacted = false,
        };
    }

    private static RepromptCounts Counted(RepromptCounts counts, AnswerKind kind) => kind switch
    {
        AnswerKind.Calls => default,
        AnswerKind.ReasoningOnly => counts with { ReasoningOnly = counts.ReasoningOnly + 1 },
        AnswerKind.Truncated => counts with { Truncated = counts.Truncated + 1 },
        AnswerKind.Repeating => counts with { Repeating = counts.Repeating + 1 },
        _ => counts with { NoCall = counts.NoCall + 1 },
    };

    private static LoopState OnResult(LoopState before, ToolReturned r)
    {
        // A replay meets a result without the moment at which its call's turn came.
        var state = before.Running?.Call.Id == r.CallId ? before
            : !before.Pending.IsEmpty && before.Pending.Peek().Call.Id == r.CallId ? Take(before)
            : before;
        state = state with
        {
            Running = null,
            Begun = null,
            History = state.History.Add(new HistoryItem(ChatMessage.Tool(r.CallId, r.Content) with { Images = Seen(r.Images) }, r.Turn, r.Tool)),
            Submission = r.Submission is { } s ? new Submission(s.Verdict, s.Summary, s.CommitMessage, s.Extra) : state.Submission,
            Edits = state.Edits + (r.Effects is { Count: > 0 } || r.EffectsIncomplete == true ? 1 : 0),
        };
        return r.Effects is not { Count: > 0 } effects ? state : state with
        {
            Files = effects.Aggregate(state.Files, (files, e) => e.ShaAfter is { } sha ? files.SetItem(e.Path, new DeliveredFile(e.Path, sha, SizeOf(e))) : files.Remove(e.Path)),
        };
    }

    private static LoopState OnRefused(LoopRules rules, LoopState state, PromptRefused r) => state with
    {
        ContextTokens = r.ContextTokens is > 0 and var window ? Math.Min(state.ContextTokens, window) : state.ContextTokens,
        Gauge = state.Gauge.Counted(state.History, rules.ToolCost, r.PromptTokens ?? 0),
        AskedTokens = r.AskedTokens ?? state.AskedTokens,
        AskedLess = state.AskedLess || r.AskedTokens is not null,
        Overflowed = state.Overflowed || r.AskedTokens is null,
        ShortensPrompt = r.AskedTokens is null,
    };

    private static IReadOnlyList<SentImage> Seen(IReadOnlyList<SentImage>? images) => images is null ? [] : [.. images.Where(i => i?.Bytes is not null)];

    private static long SizeOf(FileEffect effect) => effect.ContentRef?.Size ?? effect.Bytes?.Length ?? Encoding.UTF8.GetByteCount(effect.Content ?? "");
}
