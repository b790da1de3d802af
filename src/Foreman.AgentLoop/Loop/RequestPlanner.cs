using System.Collections.Immutable;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Plans the next request: keeps the prompt within the window and gives the answer what remains.</summary>
internal static class RequestPlanner
{
    /// <summary>A step must save this part of the prompt to be worth that the server reads the rest anew.</summary>
    private const int WorthwhilePart = 4;

    /// <summary>When the window is nearly full, smaller steps are worth it too.</summary>
    private const int WorthwhilePartWhenFull = 20;

    /// <summary>Asks the model, after masking old results when the prompt has grown over the soft cap.</summary>
    internal static LoopStep Next(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var settings = rules.Settings;
        var size = PromptGauge.Size(state.History, rules.ToolBytes);
        var estimate = state.Gauge.Estimate(size);
        var softCap = Math.Min(settings.ContextSoftCap, (int)(state.ContextTokens * 8L / 10));
        var part = estimate > state.ContextTokens * 9L / 10 ? WorthwhilePartWhenFull : WorthwhilePart;
        if (estimate > softCap && Compaction.Mask(state.History, state.Turn, settings.ObservationWindowTurns, size / part) is { } shorter)
        {
            state = state with { History = shorter.History };
            effects = effects.Add(Compacted(state.Turn, shorter.Masked));
            estimate = state.Gauge.Estimate(PromptGauge.Size(state.History, rules.ToolBytes));
        }

        if (settings.ContextHardCap > 0 && estimate > settings.ContextHardCap)
        {
            return LoopMachine.Finish(state, LoopOutcomes.OverHardCap(estimate, settings.ContextHardCap), effects);
        }

        var remains = Math.Max(state.ContextTokens - estimate, LoopRules.MinOutputTokens);
        state = state with { AskedTokens = Math.Min(settings.MaxOutputTokens, remains) };
        return new LoopStep(state, effects.Add(new LoopEffect.Ask(new ChatRequest
        {
            Model = rules.Model,
            Messages = [.. state.History.Select(h => h.Message)],
            Tools = rules.Definitions,
            MaxTokens = state.AskedTokens,
            Temperature = settings.Temperature,
            ChatTemplateKwargs = rules.TemplateArguments,
        })));
    }

    internal static LoopEffect.Append Compacted(int turn, ImmutableArray<string> masked) =>
        new(new HistoryCompacted { Turn = turn, MaskedCallIds = masked });
}
