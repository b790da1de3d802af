using System.Collections.Immutable;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Plans the next request: keeps the prompt within the window and the budget, and gives the answer what remains.</summary>
internal static class RequestPlanner
{
    /// <summary>No prompt is larger: with the request made of it, it must fit the memory of a small host.</summary>
    internal const long MaxPromptBytes = 8 << 20;

    /// <summary>No tokenizer puts more bytes into a token over a whole conversation.</summary>
    private const long MaxBytesPerToken = 16;

    /// <summary>A step must save this part of the prompt to be worth that the server reads the rest anew.</summary>
    private const int WorthwhilePart = 4;

    /// <summary>A full prompt is made so much shorter that many turns fit before the next step.</summary>
    internal const int CompactedPercent = 60;

    /// <summary>The part of the window that is kept for the next answer.</summary>
    private const int AnswerPart = 8;

    /// <summary>A guess that is over its limit by more than a third is surely over it.</summary>
    private const int SurePercent = 75;

    /// <summary>
    /// Asks the model, after masking old results when the prompt has grown over the soft cap. Where the guess would compact or end the
    /// run and may be wrong, the server is asked first how long the prompt is: that costs far less than to read it anew.
    /// </summary>
    internal static LoopStep Next(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var plan = Plan(rules, state, effects);
        return rules.CountsTokens && state.Gauge.Messages != state.History.Count && MayBeWrong(rules, state, plan, effects.Length)
            ? new LoopStep(state, effects.Add(new LoopEffect.Count(Request(rules, state, LoopRules.MinOutputTokens))))
            : plan;
    }

    /// <summary>True when the plan does more than ask, or asks only because its guess may be too high, and a count may show what is right.</summary>
    private static bool MayBeWrong(LoopRules rules, LoopState state, LoopStep plan, int effectsBefore)
    {
        var settings = rules.Settings;
        if (plan.State.Outcome is { } outcome)
        {
            // What ends the run is the prompt that remains after the masking.
            return Surely(Likely(rules, plan.State)) <= (outcome.Reason == FailureReason.BudgetExhausted ? LeftForPrompt(rules, plan.State) ?? 0 : settings.ContextHardCap);
        }

        if (Likely(rules, plan.State) > LeftForPrompt(rules, plan.State))
        {
            return true;
        }

        var limit = settings.ContextStrategy == ContextStrategy.Window ? SoftCap(rules, state) : state.ContextTokens - AnswerReserve(rules, state);
        return plan.Effects.Length > effectsBefore + 1 && Surely(Likely(rules, state)) <= limit;
    }

    /// <summary>Asks the model or ends the run, by the best guess that there is.</summary>
    internal static LoopStep Plan(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var settings = rules.Settings;
        (state, effects) = Shortened(rules, state, effects);
        var size = PromptGauge.Size(state.History, rules.ToolBytes);
        if (size > Largest(state))
        {
            return LoopMachine.Finish(state, LoopOutcomes.OverWindow(size, state.ContextTokens), effects);
        }

        var estimate = Likely(rules, state);
        if (settings.ContextHardCap > 0 && estimate > settings.ContextHardCap)
        {
            return LoopMachine.Finish(state, LoopOutcomes.OverHardCap(estimate, settings.ContextHardCap), effects);
        }

        var remains = Math.Max(state.ContextTokens - Prompt(rules, state, estimate), LoopRules.MinOutputTokens);
        return Ask(rules, state, Math.Min(settings.MaxOutputTokens, remains), effects);
    }

    /// <summary>
    /// Asks the model for an answer of so many tokens at most, and no more than the prompt leaves of the budget; ends the run where it leaves
    /// too little for an answer. Before the server has counted a prompt it ends only what is surely over: servers that can't count would else
    /// end resumed runs by a guess. So a run uses more than it may only by as much as the guess of its prompt is wrong.
    /// </summary>
    internal static LoopStep Ask(LoopRules rules, LoopState state, int tokens, ImmutableArray<LoopEffect> effects)
    {
        var asked = tokens;
        if (LeftForPrompt(rules, state, tokens) is { } left)
        {
            var likely = Likely(rules, state);
            if ((state.Gauge.Cost == 0 ? Surely(likely) : likely) > left)
            {
                return LoopMachine.Finish(state, LoopOutcomes.OutOfTokens(Used(state), rules.Settings.MaxTotalTokens!.Value, likely), effects);
            }

            var least = LeastAnswer(tokens);
            asked = (int)Math.Clamp(left + least - likely, least, tokens);
        }

        return new(state with { AskedTokens = asked, AskedByBudget = asked < tokens }, effects.Add(new LoopEffect.Ask(Request(rules, state, asked))));
    }

    /// <summary>Tokens that this run has used.</summary>
    internal static long Used(LoopState state) => state.Used.TotalTokens - state.TakenOver.Used.TotalTokens;

    /// <summary>Tokens that the budget leaves for a prompt beside the shortest answer; null without a budget.</summary>
    private static long? LeftForPrompt(LoopRules rules, LoopState state, int? answer = null) =>
        rules.Settings.MaxTotalTokens - Used(state) - LeastAnswer(answer ?? rules.Settings.MaxOutputTokens);

    /// <summary>A shorter answer would only be cut.</summary>
    private static int LeastAnswer(int wanted) => Math.Min(wanted, LoopRules.MinOutputTokens);

    /// <summary>The likely tokens of the next prompt.</summary>
    private static int Likely(LoopRules rules, LoopState state) => state.Gauge.Estimate(PromptGauge.CostOf(state.History, rules.ToolCost));

    /// <summary>Tokens that a prompt has at least, by a guess of its likely ones.</summary>
    private static long Surely(int likely) => likely * (long)SurePercent / 100;

    private static ChatRequest Request(LoopRules rules, LoopState state, int tokens) => new()
    {
        Model = rules.Model,
        Messages = ModeMessages.Of(rules.Mode, rules.ToolText, state.History.Select(h => h.Message)),
        Tools = rules.Mode is RequestMode.Native ? rules.Definitions : [],
        AnswerSchema = rules.AnswerSchema,
        MaxTokens = tokens,
        Temperature = rules.Settings.Temperature,
        ChatTemplateKwargs = rules.TemplateArguments,
    };

    internal static LoopEffect.Append Compacted(int turn, ImmutableArray<string> masked) =>
        new(new HistoryCompacted { Turn = turn, MaskedCallIds = masked });

    /// <summary>
    /// Strategy window masks the results of all but the last turns over the soft cap, when that is worth it; strategy session masks
    /// nothing until the window is full. A prompt that leaves no room for an answer is made shorter in one step by as many of the
    /// oldest results as bring it to <see cref="CompactedPercent"/> % of its room, at last by all but those of the last turn.
    /// </summary>
    private static (LoopState State, ImmutableArray<LoopEffect> Effects) Shortened(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        if (state.IsCompacted || !rules.Defences.MasksOldResults)
        {
            return (state, effects);
        }

        var settings = rules.Settings;
        var (size, cost) = (PromptGauge.Size(state.History, rules.ToolBytes), PromptGauge.CostOf(state.History, rules.ToolCost));
        var estimate = state.Gauge.Estimate(cost);
        var room = state.ContextTokens - AnswerReserve(rules, state);
        var isFull = Prompt(rules, state, estimate) > room || size > Largest(state);
        if (settings.ContextStrategy == ContextStrategy.Window && !isFull && estimate > SoftCap(rules, state))
        {
            return Compaction.Mask(state.History, state.Turn, settings.ObservationWindowTurns, size / WorthwhilePart) is { } shorter
                ? Masked(rules, state, shorter, effects)
                : (state, effects);
        }

        if (!isFull)
        {
            return (state, effects);
        }

        // Bytes to save follow the guess: the same share of the prompt.
        var target = room * (CompactedPercent / 100.0);
        var excess = (long)(size * Math.Clamp(1 - (target / Math.Max(1, Prompt(rules, state, estimate))), 0, 1));
        excess = Math.Max(excess, size - (Largest(state) * CompactedPercent / 100));
        foreach (var kept in (ReadOnlySpan<int>)[settings.ObservationWindowTurns, 1])
        {
            if (Compaction.Oldest(state.History, state.Turn, kept, excess) is { } oldest && (oldest.Saved >= excess || kept == 1))
            {
                return Masked(rules, state, (oldest.History, oldest.Masked), effects);
            }
        }

        return (state, effects);
    }

    private static (LoopState State, ImmutableArray<LoopEffect> Effects) Masked(
        LoopRules rules, LoopState state, (ImmutableList<HistoryItem> History, ImmutableArray<string> Masked) shorter, ImmutableArray<LoopEffect> effects)
    {
        var record = Compacted(state.Turn, shorter.Masked);
        return (TranscriptReplay.Apply(rules, state, record.Record), effects.Add(record));
    }

    /// <summary>Tokens that are kept for the next answer.</summary>
    internal static int AnswerReserve(LoopRules rules, LoopState state) =>
        Math.Min(rules.Settings.MaxOutputTokens, Math.Max(LoopRules.MinOutputTokens, state.ContextTokens / AnswerPart));

    // Before the first count, the most that a prompt can have would leave a large one no room for an answer.
    private static int Prompt(LoopRules rules, LoopState state, int estimate) =>
        state.Gauge.Cost == 0 ? estimate : state.Gauge.AtMost(state.History, rules.ToolCost);

    private static int SoftCap(LoopRules rules, LoopState state) => Math.Min(rules.Settings.ContextSoftCap, (int)(state.ContextTokens * 8L / 10));

    private static long Largest(LoopState state) => Math.Min(MaxPromptBytes, state.ContextTokens * MaxBytesPerToken);
}
