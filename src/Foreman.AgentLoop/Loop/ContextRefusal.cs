using System.Collections.Immutable;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// What follows when a server refuses a prompt, or prompt and output limit together, as larger than its window: ask for less
/// once, then make the prompt shorter once, then fail with the server's numbers.
/// </summary>
internal static class ContextRefusal
{
    /// <summary>Servers count a few tokens differently from one request to the next.</summary>
    private const int Margin = 8;

    /// <summary>The next step.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="before">The run when it was refused.</param>
    /// <param name="failure">What the server said.</param>
    internal static LoopStep Next(LoopRules rules, LoopState before, ModelFailure failure)
    {
        // The server's own window and count are worth more than what was promised and guessed.
        var window = failure.ContextTokens is > 0 and var told ? Math.Min(before.ContextTokens, told) : before.ContextTokens;
        var state = before with
        {
            ContextTokens = window,
            Gauge = failure is { PromptTokens: > 0 and var counted, PromptIsAtLeast: false } ? before.Gauge.Counted(before.History, rules.ToolCost, counted) : before.Gauge,
        };
        if (!state.AskedLess && Less(rules, state, failure) is { } less)
        {
            return RequestPlanner.Ask(rules, state with { AskedLess = true }, less, []);
        }

        return rules.Defences.MasksOldResults && !state.Overflowed && Compaction.Mask(state.History, state.Turn, 1, 1) is { } shorter
            ? Shorter(rules, state, shorter)
            : LoopMachine.Finish(before, LoopOutcomes.Failed(failure, before.Turn), []);
    }

    private static LoopStep Shorter(LoopRules rules, LoopState state, (ImmutableList<HistoryItem> History, ImmutableArray<string> Masked) shorter)
    {
        var record = RequestPlanner.Compacted(state.Turn, shorter.Masked);
        return RequestPlanner.Next(rules, TranscriptReplay.Apply(rules, state with { Overflowed = true }, record.Record), [record]);
    }

    /// <summary>A smaller output limit that fits beside the prompt; null when none does, or the server did not say its window.</summary>
    private static int? Less(LoopRules rules, LoopState state, ModelFailure failure)
    {
        if (failure.ContextTokens is not > 0)
        {
            return null;
        }

        // A count that stopped at the limit says only that the prompt is longer, so the guess counts too and half is asked for.
        var guess = state.Gauge.Estimate(PromptGauge.CostOf(state.History, rules.ToolCost));
        var prompt = failure is { PromptTokens: > 0 and var counted } ? failure.PromptIsAtLeast ? Math.Max(counted, guess) : counted : guess;
        var fits = (long)state.ContextTokens - prompt - Margin;
        var less = failure.PromptIsAtLeast || failure.PromptTokens is not > 0 ? Math.Min(fits, state.AskedTokens / 2) : fits;
        return less >= LoopRules.MinOutputTokens && less < state.AskedTokens ? (int)less : null;
    }
}
