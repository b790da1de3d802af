using Foreman.Api;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>Gives a result the note that its detectors ask for. Pure.</summary>
internal static class StuckWatch
{
    /// <summary>The result as it enters the conversation.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The detectors before the result.</param>
    /// <param name="call">The call that gave it.</param>
    /// <param name="result">Without a note.</param>
    /// <param name="isLast">True for the last call of the answer.</param>
    internal static ToolReturned Noted(LoopRules rules, StuckState state, ToolCall call, ToolReturned result, bool isLast) =>
        rules.Defences.NudgesWhenStuck && StuckJudge.Refusal(rules, state, call) is null && StuckJudge.Nudge(rules, StuckFold.Apply(rules, state, result), call, isLast) is { } nudge
            ? result with { Content = StuckNotes.Add(result.Content, nudge.Detector, nudge.Text) }
            : result;
}
