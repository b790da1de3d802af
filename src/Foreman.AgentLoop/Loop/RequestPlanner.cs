using System.Collections.Immutable;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Plans the next request: keeps the prompt within the window and gives the answer what remains.</summary>
internal static class RequestPlanner
{
    /// <summary>No prompt is larger: with the request made of it, it must fit the memory of a small host.</summary>
    internal const long MaxPromptBytes = 8 << 20;

    /// <summary>No tokenizer puts more bytes into a token over a whole conversation.</summary>
    private const long MaxBytesPerToken = 16;

    /// <summary>A step must save this part of the prompt to be worth that the server reads the rest anew.</summary>
    private const int WorthwhilePart = 4;

    /// <summary>When the window is nearly full, smaller steps are worth it too.</summary>
    private const int WorthwhilePartWhenFull = 20;

    /// <summary>Asks the model, after masking old results when the prompt has grown over the soft cap.</summary>
    internal static LoopStep Next(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var settings = rules.Settings;
        (state, effects) = Shortened(rules, state, effects);
        var size = PromptGauge.Size(state.History, rules.ToolBytes);
        if (size > Largest(state))
        {
            return LoopMachine.Finish(state, LoopOutcomes.OverWindow(size, state.ContextTokens), effects);
        }

        var estimate = state.Gauge.Estimate(PromptGauge.CostOf(state.History, rules.ToolCost));
        if (settings.ContextHardCap > 0 && estimate > settings.ContextHardCap)
        {
            return LoopMachine.Finish(state, LoopOutcomes.OverHardCap(estimate, settings.ContextHardCap), effects);
        }

        var remains = Math.Max(state.ContextTokens - Prompt(rules, state, estimate), LoopRules.MinOutputTokens);
        return Ask(rules, state, Math.Min(settings.MaxOutputTokens, remains), effects);
    }

    /// <summary>Asks the model for an answer of so many tokens at most.</summary>
    internal static LoopStep Ask(LoopRules rules, LoopState state, int tokens, ImmutableArray<LoopEffect> effects) =>
        new(state with { AskedTokens = tokens }, effects.Add(new LoopEffect.Ask(new ChatRequest
        {
            Model = rules.Model,
            Messages = [.. state.History.Select(h => h.Message)],
            Tools = rules.Definitions,
            MaxTokens = tokens,
            Temperature = rules.Settings.Temperature,
            ChatTemplateKwargs = rules.TemplateArguments,
        })));

    internal static LoopEffect.Append Compacted(int turn, ImmutableArray<string> masked) =>
        new(new HistoryCompacted { Turn = turn, MaskedCallIds = masked });

    /// <summary>
    /// Over the soft cap, old results are masked when that is worth it. A prompt that leaves no room for an answer is made
    /// shorter by whatever can be had, at last by all results but those of the last turn.
    /// </summary>
    private static (LoopState State, ImmutableArray<LoopEffect> Effects) Shortened(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var softCap = Math.Min(rules.Settings.ContextSoftCap, (int)(state.ContextTokens * 8L / 10));
        foreach (var keptTurns in (ReadOnlySpan<int>)[rules.Settings.ObservationWindowTurns, 1])
        {
            var size = PromptGauge.Size(state.History, rules.ToolBytes);
            var estimate = state.Gauge.Estimate(PromptGauge.CostOf(state.History, rules.ToolCost));
            var part = estimate > state.ContextTokens * 9L / 10 ? WorthwhilePartWhenFull : WorthwhilePart;
            var isOver = Prompt(rules, state, estimate) > (long)state.ContextTokens - LoopRules.MinOutputTokens || size > Largest(state);
            if (!isOver && (estimate <= softCap || keptTurns < rules.Settings.ObservationWindowTurns))
            {
                break;
            }

            if (Compaction.Mask(state.History, state.Turn, keptTurns, isOver ? 1 : size / part) is { } shorter)
            {
                state = state with { History = shorter.History };
                effects = effects.Add(Compacted(state.Turn, shorter.Masked));
            }
        }

        return (state, effects);
    }

    // Before the first count, the most that a prompt can have would leave a large one no room for an answer.
    private static int Prompt(LoopRules rules, LoopState state, int estimate) =>
        state.Gauge.Cost == 0 ? estimate : state.Gauge.AtMost(state.History, rules.ToolCost);

    private static long Largest(LoopState state) => Math.Min(MaxPromptBytes, state.ContextTokens * MaxBytesPerToken);
}
