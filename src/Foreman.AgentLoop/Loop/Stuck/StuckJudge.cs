using Foreman.Api;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>What a detector says.</summary>
/// <param name="Detector">Which.</param>
/// <param name="Text">For the model or, at the end, for people.</param>
internal sealed record StuckFinding(Detector Detector, string Text);

/// <summary>What is to be done about what the detectors remember. Pure.</summary>
internal static class StuckJudge
{
    /// <summary>Fewer calls than A, B and A again are no alternation.</summary>
    private const int LeastAlternation = 3;

    /// <summary>The first prompt over the cap is still to be made shorter by a compaction.</summary>
    private const int LeastOverCap = 2;

    /// <summary>Why a call is not run; null when it may be.</summary>
    internal static StuckFinding? Refusal(LoopRules rules, StuckState state, ToolCall call)
    {
        if (call.Name == KnownTools.SubmitResult)
        {
            return null;
        }

        var key = CallText.Call(call);
        foreach (var detector in Detectors.All)
        {
            var (stage, count, tool) = Judge(rules, state, detector, key);
            if (stage >= Stage.Restricted && Concerns(rules, state, detector, call, key))
            {
                return new StuckFinding(detector, $"{call.Name} was not run: {StuckNotes.Seen(detector, state, count, tool)}. {StuckNotes.Advice(detector)}");
            }
        }

        return null;
    }

    /// <summary>What the model is told at the end of a result; null when there is nothing or it has been told.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The state after the result.</param>
    /// <param name="call">The call that gave it.</param>
    /// <param name="isLast">True for the last call of the answer: only then is the turn judged as a whole.</param>
    internal static StuckFinding? Nudge(LoopRules rules, StuckState state, ToolCall call, bool isLast)
    {
        var key = CallText.Call(call);
        foreach (var detector in Detectors.All)
        {
            if (state.Told.Contains(detector) || (!isLast && detector is Detector.EditFree or Detector.Monologue or Detector.ContextGrowth))
            {
                continue;
            }

            var (stage, count, tool) = Judge(rules, state, detector, key);
            if (stage is not Stage.Fine)
            {
                return new StuckFinding(detector, $"{StuckNotes.Seen(detector, state, count, tool)}. {StuckNotes.Advice(detector)}");
            }
        }

        return null;
    }

    /// <summary>What ends the run; null when nothing does.</summary>
    internal static StuckFinding? End(LoopRules rules, StuckState state)
    {
        foreach (var detector in Detectors.All)
        {
            // Of all calls, the one that was repeated most.
            var key = detector is Detector.SameResult or Detector.SameError && !state.Calls.IsEmpty
                ? state.Calls.MaxBy(c => (c.Value.Failed == (detector is Detector.SameError) ? c.Value.Count : 0, c.Key)).Key
                : 0;
            var (stage, count, tool) = Judge(rules, state, detector, key);
            if (stage is Stage.Ended)
            {
                return new StuckFinding(detector, StuckNotes.Seen(detector, state, count, tool));
            }
        }

        return null;
    }

    private static (Stage Stage, int Count, string Tool) Judge(LoopRules rules, StuckState state, Detector detector, ulong key)
    {
        var (settings, threshold) = (rules.Settings, rules.Settings.RepeatedToolThreshold);
        var seen = state.Calls.GetValueOrDefault(key);
        var tool = ToolOf(state, key);
        switch (detector)
        {
            case Detector.SameResult:
                return seen.Failed ? default : (Detectors.Of(seen.Count, threshold), seen.Count, tool);
            case Detector.SameError:
                var byCall = seen.Failed ? seen.Count : 0;
                return byCall >= state.LastError.Count ? (Detectors.Of(byCall, threshold), byCall, tool) : (Detectors.Of(state.LastError.Count, threshold), state.LastError.Count, state.LastError.Tool);
            case Detector.Alternation:
                return (Detectors.Of(state.Alternating, threshold, LeastAlternation), state.Alternating, "");
            case Detector.NoChange:
                return (Detectors.Of(state.NoChange, threshold), state.NoChange, "");
            case Detector.Monologue:
                var said = state.InTurn && state.SaidAgain && !state.Progress && !state.Asked.IsEmpty ? state.Monologue + 1 : state.Monologue;
                return (Detectors.Of(said, threshold), said, "");
            case Detector.EditFree:
                var turns = state.EditFree + (state.InTurn && !state.Progress ? 1 : 0);
                return rules.Catalog.CanEdit ? (Detectors.Of(turns, settings.EditFreeTurnsLimit), turns, "") : default;
            default:
                return state.OverCap < LeastOverCap ? default : (Detectors.OfPrompt(state.PromptTokens, settings), 0, "");
        }
    }

    /// <summary>Whether a detector that restricts does so for this call.</summary>
    private static bool Concerns(LoopRules rules, StuckState state, Detector detector, ToolCall call, ulong key) => detector switch
    {
        Detector.SameResult => true,
        Detector.SameError => state.Calls.GetValueOrDefault(key).Failed || call.Name == state.LastError.Tool,
        Detector.Alternation => key == state.Last.Call || key == state.BeforeLast.Call,
        Detector.NoChange => call.Name is KnownTools.WriteFile or KnownTools.StrReplace && state.Calls.ContainsKey(key),
        Detector.Monologue => LoopRules.IsReadOnly(call.Name) || state.Calls.ContainsKey(key),
        _ => LoopRules.IsReadOnly(call.Name)
            ? call.Name != KnownTools.ReadFile || rules.Settings.RestrictReads || state.Calls.ContainsKey(key)
            : state.Calls.ContainsKey(key) && call.Name is not (KnownTools.WriteFile or KnownTools.StrReplace),
    };

    private static string ToolOf(StuckState state, ulong key) =>
        key == state.Last.Call ? state.Last.Tool
        : key == state.BeforeLast.Call ? state.BeforeLast.Tool
        : state.Asked.Values.FirstOrDefault(c => CallText.Call(c) == key)?.Name ?? "a tool";
}
