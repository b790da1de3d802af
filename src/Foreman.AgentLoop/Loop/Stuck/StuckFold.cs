using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>What each record of a transcript means for the detectors. Pure: the same records give the same state.</summary>
internal static class StuckFold
{
    /// <summary>Shorter words, such as "OK.", say the same without meaning it.</summary>
    private const int MinWords = 24;

    /// <summary>The state after one more record; most records change nothing.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The state before.</param>
    /// <param name="record">With its large texts in place.</param>
    internal static StuckState Apply(LoopRules rules, StuckState state, TranscriptRecord record) => record switch
    {
        ModelAnswered r => OnAnswer(rules, state, r),
        ToolReturned r => OnResult(rules, state, r),
        HistoryCompacted => state with { PromptTokens = 0, OverCap = 0 },
        _ => state,
    };

    private static StuckState OnAnswer(LoopRules rules, StuckState before, ModelAnswered r)
    {
        var state = CloseTurn(before);
        var calls = r.ToolCalls ?? [];
        var text = r.Content ?? "";
        var words = text.Length < MinWords ? 0 : CallText.Words(text);
        var again = words != 0 && words == state.Words;
        var prompt = r.Usage?.PromptTokens is > 0 and var tokens ? tokens : state.PromptTokens;
        return state with
        {
            Asked = ImmutableDictionary<string, ToolCall>.Empty.SetItems(calls.Select(c => KeyValuePair.Create(c.Id, c))),
            Words = words,
            SaidAgain = again,
            Monologue = calls.Count == 0 ? state.Monologue + 1 : state.Monologue,
            InTurn = true,
            Progress = false,
            PromptTokens = prompt,
            OverCap = rules.Settings.FinishAtTokens > 0 && prompt >= rules.Settings.FinishAtTokens ? state.OverCap + 1 : 0,
        };
    }

    private static StuckState CloseTurn(StuckState state)
    {
        if (!state.InTurn)
        {
            return state;
        }

        var answeredWithCalls = state.Asked.Count > 0;
        return state with
        {
            EditFree = state.Progress ? 0 : state.EditFree + 1,
            Monologue = state.Progress ? 0
                : !answeredWithCalls ? state.Monologue
                : state.SaidAgain ? state.Monologue + 1
                : 0,
            InTurn = false,
        };
    }

    private static StuckState OnResult(LoopRules rules, StuckState state, ToolReturned r)
    {
        if (!state.Asked.TryGetValue(r.CallId, out var call))
        {
            return state;
        }

        var text = StuckNotes.Strip(r.Content, out var told);
        var key = CallText.Call(call);
        if (StuckJudge.Refusal(rules, state, call) is { } refused)
        {
            return Repeated(state, key, refused.Detector);
        }

        var result = CallText.Result(text);
        var step = state with { Told = state.Told.Union(told) };
        step = Counted(step, call, key, (result, r.Failed), text);
        return Changed(rules, step, call, r) switch
        {
            Change.Real => Cleared(step) with { Told = [], SeenFiles = step.SeenFiles.Union(FilesOf(r)), Progress = true },
            Change.Vain => step with { NoChange = step.NoChange + 1 },
            Change.Likely => state.Calls.ContainsKey(key) ? step : Fresh(step, key) with { NoChange = 0 },
            _ => IsNew(step, r, text, result) ? Fresh(step, key) with { SeenResults = step.SeenResults.Add(result) } : step,
        };
    }

    /// <summary>A refused call counts as one more of what it was refused for.</summary>
    private static StuckState Repeated(StuckState state, ulong key, Detector detector)
    {
        var again = detector switch
        {
            Detector.Alternation => state with { Alternating = state.Alternating + 1 },
            Detector.NoChange => state with { NoChange = state.NoChange + 1 },
            Detector.SameError when state.LastError.Count > 0 && !state.Calls.GetValueOrDefault(key).Failed =>
                state with { LastError = state.LastError with { Count = state.LastError.Count + 1 } },
            _ => state,
        };
        return again.Calls.TryGetValue(key, out var seen) ? again with { Calls = again.Calls.SetItem(key, seen with { Count = seen.Count + 1 }) } : again;
    }

    private static StuckState Counted(StuckState state, ToolCall call, ulong key, (ulong Result, bool Failed) outcome, string text)
    {
        var error = outcome.Failed ? CallText.Error(call.Name, text) : 0;
        var result = outcome.Failed ? error : outcome.Result;
        var seen = state.Calls.GetValueOrDefault(key);
        var count = seen.Count > 0 && seen.Result == result && seen.Failed == outcome.Failed ? seen.Count + 1 : 1;
        var now = (Call: key, Whole: key ^ (result * 31), Tool: call.Name);
        var alternates = now.Whole == state.BeforeLast.Whole && now.Whole != state.Last.Whole;
        return state with
        {
            Calls = state.Calls.SetItem(key, (result, count, outcome.Failed)),
            LastError = !outcome.Failed ? (0, "", 0) : error == state.LastError.Error ? (error, call.Name, state.LastError.Count + 1) : (error, call.Name, 1),
            Alternating = alternates ? Math.Max(state.Alternating, 2) + 1 : 0,
            BeforeLast = state.Last,
            Last = now,
        };
    }

    /// <summary>After a real change every call may be made anew.</summary>
    private static StuckState Cleared(StuckState state) => state with
    {
        Calls = state.Calls.Clear(),
        LastError = (0, "", 0),
        Alternating = 0,
        NoChange = 0,
    };

    /// <summary>After something new, earlier calls may be looked back at.</summary>
    private static StuckState Fresh(StuckState state, ulong key) => state with
    {
        Calls = state.Calls.Clear().SetItem(key, state.Calls[key] with { Count = 1 }),
        LastError = (0, "", 0),
        Alternating = 0,
        Told = state.Told.Remove(Detector.SameResult).Remove(Detector.SameError).Remove(Detector.Alternation),
        Progress = true,
    };

    private enum Change
    {
        None,
        Vain,
        Likely,
        Real,
    }

    private static Change Changed(LoopRules rules, StuckState state, ToolCall call, ToolReturned r)
    {
        if (r.Effects is { Count: > 0 } effects)
        {
            return effects.Any(e => !state.SeenFiles.Contains(FileOf(e.Path, Afterwards(e)))) ? Change.Real : Change.Vain;
        }

        return r.Failed || LoopRules.IsReadOnly(call.Name) ? Change.None
            : call.Name is KnownTools.WriteFile or KnownTools.StrReplace ? Change.Vain
            : CallText.Argument(call, "command") is { } command && ShellWrites.LooksLikeWrite(command) ? Change.Likely
            : Change.None;
    }

    // A file counts as seen with what it held before too: putting that back is no progress.
    private static IEnumerable<ulong> FilesOf(ToolReturned r) => r.Effects!.SelectMany(e => (ulong[])[FileOf(e.Path, Afterwards(e)), FileOf(e.Path, e.ShaBefore)]);

    // A change of nothing but the mode, of a directory or of a link is one too.
    private static string? Afterwards(FileEffect e) => e.ShaBefore != e.ShaAfter ? e.ShaAfter : $"{e.ShaAfter} {e.Directory} {e.Mode} {e.Link}";

    private static ulong FileOf(string path, string? sha) => CallText.Hash($"{path}\0{sha}");

    private static bool IsNew(StuckState state, ToolReturned r, string text, ulong result) =>
        !r.Failed && !text.StartsWith("no matches for ", StringComparison.Ordinal) && !text.StartsWith("no files in ", StringComparison.Ordinal) && !state.SeenResults.Contains(result);
}
