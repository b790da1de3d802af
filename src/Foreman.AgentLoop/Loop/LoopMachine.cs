using System.Collections.Immutable;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>The agent loop as a pure function: a state and an event give the next state and what is to be done.</summary>
internal static class LoopMachine
{
    /// <summary>The first step: a conversation of a system message and the user's prompt.</summary>
    internal static LoopStep Start(LoopRules rules, string system, string prompt)
    {
        var state = new LoopState
        {
            History = [new HistoryItem(ChatMessage.System(system), 0), new HistoryItem(ChatMessage.User(prompt), 0)],
            ContextTokens = rules.Settings.ContextTokens,
        };
        return RequestPlanner.Next(rules, state, [Sent(0, "system", system), Sent(0, "user", prompt)]);
    }

    /// <summary>The next step. A run that is over stays as it is.</summary>
    internal static LoopStep Next(LoopRules rules, LoopState state, LoopEvent happened) => state.Outcome is not null
        ? new LoopStep(state, [])
        : happened switch
        {
            LoopEvent.Answered e => OnAnswer(rules, state, e.Answer),
            LoopEvent.ToolRan e => OnToolRan(rules, state, e),
            LoopEvent.Unanswered { Failure: { Kind: ModelFailureKind.ContextOverflow } failure } => ContextRefusal.Next(rules, state, failure),
            LoopEvent.Unanswered e => Finish(state, LoopOutcomes.Failed(e.Failure, state.Turn), []),
            LoopEvent.TimedOut => Finish(state, LoopOutcomes.TimedOut(rules.Settings.Timeout), []),
            LoopEvent.Cancelled => Finish(state, LoopOutcomes.Cancelled, []),
            LoopEvent.TranscriptFull => Finish(state, LoopOutcomes.TranscriptFull, []),
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

    private static LoopStep OnAnswer(LoopRules rules, LoopState before, ChatAnswer answer)
    {
        var sorted = AnswerTriage.Sort(answer, rules.Catalog, before.LastCall, before.AskedTokens);
        var state = before with
        {
            Turn = before.Turn + 1,
            Used = before.Used + answer.Usage,
            Timings = answer.Timings ?? before.Timings,
            Gauge = before.Gauge.Counted(before.History, rules.ToolCost, answer.Usage.PromptTokens),
            History = before.History.Add(new HistoryItem(sorted.Message, before.Turn + 1)),
            LastCall = before.LastCall + sorted.Calls.Length,
            Pending = [.. sorted.Calls],
            Tool = null,
            ChangedThisTurn = false,
            Overflowed = false,
            AskedLess = false,
        };
        var record = new LoopEffect.Append(new ModelAnswered
        {
            Turn = before.Turn,
            Content = sorted.Message.Content.Length == 0 ? null : sorted.Message.Content,
            Reasoning = answer.Reasoning.Length == 0 ? null : answer.Reasoning,
            ToolCalls = sorted.Message.Calls,
            FinishReason = answer.FinishReason,
            Usage = new Usage
            {
                PromptTokens = answer.Usage.PromptTokens,
                CachedTokens = answer.Usage.CachedTokens,
                CompletionTokens = answer.Usage.CompletionTokens,
                Turns = 1,
            },
        });
        return sorted.Kind is AnswerKind.Calls
            ? RunNext(rules, state with { RepromptCounts = default }, [record])
            : Reprompt(rules, state, sorted, [record]);
    }

    private static LoopStep OnToolRan(LoopRules rules, LoopState before, LoopEvent.ToolRan ran)
    {
        var text = ResultRoom.Fit(rules, before, ran.Call.Name, ran.Outcome.Text);
        var state = Returned(before, ran.Call, text);
        if (ran.Outcome.Changes.Count > 0)
        {
            var files = ran.Outcome.Changes.Select(c => new DeliveredFile(c.Path, c.ShaAfter, c.Content.Length));
            state = state with
            {
                ChangedThisTurn = true,
                Repeats = state.Repeats.Clear(),
                Files = state.Files.SetItems(files.Select(f => KeyValuePair.Create(f.Path, f))),
            };
        }

        var record = new LoopEffect.Append(new ToolReturned
        {
            Turn = state.Turn,
            CallId = ran.Call.Id,
            Tool = ran.Call.Name,
            Content = text,
            Failed = ran.Outcome.IsError,
            Effects = ran.Outcome.Changes.Count == 0 ? null : [.. ran.Outcome.Changes.Select(Effect)],
        });
        return ran.Outcome.Submission is { } submission
            ? Finish(state, LoopOutcomes.Decided(submission), [record, new LoopEffect.EndTurn(Progress(state))])
            : RunNext(rules, state, [record]);
    }

    /// <summary>Runs the next call of the answer; calls that can't run are answered with their problem on the way.</summary>
    private static LoopStep RunNext(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        while (!state.Pending.IsEmpty)
        {
            state = state with { Pending = state.Pending.Dequeue(out var next) };
            var key = $"{next.Call.Name} {next.Call.Arguments}";
            var times = state.Repeats.GetValueOrDefault(key) + 1;
            state = state with { Repeats = state.Repeats.SetItem(key, times), Tool = next.Call.Name };
            if (rules.Settings.RepeatedToolThreshold > 0 && times >= rules.Settings.RepeatedToolThreshold)
            {
                return Finish(state, LoopOutcomes.Repeating(next.Call.Name, times), effects);
            }

            if (next.Problem is null)
            {
                return new LoopStep(state, effects.Add(new LoopEffect.Run(next.Call, state.Turn)));
            }

            var error = ToolOutcome.Error(next.Problem).Text;
            state = Returned(state, next.Call, error);
            effects = effects.Add(new LoopEffect.Append(new ToolReturned
            {
                Turn = state.Turn,
                CallId = next.Call.Id,
                Tool = next.Call.Name,
                Content = error,
                Failed = true,
            }));
        }

        return EndTurn(rules, state, effects);
    }

    /// <summary>Asks again, a few times, after an answer that calls no tool, and says what was wrong with it.</summary>
    private static LoopStep Reprompt(LoopRules rules, LoopState state, SortedAnswer sorted, ImmutableArray<LoopEffect> effects)
    {
        var (counts, limit, count, nudge) = sorted.Kind switch
        {
            AnswerKind.ReasoningOnly => (
                state.RepromptCounts with { ReasoningOnly = state.RepromptCounts.ReasoningOnly + 1 },
                LoopRules.MaxReasoningOnlyReprompts, state.RepromptCounts.ReasoningOnly,
                "You thought but did not act. Call a tool now, or call submit_result to end the task."),
            AnswerKind.Truncated => (
                state.RepromptCounts with { Truncated = state.RepromptCounts.Truncated + 1 },
                LoopRules.MaxTruncatedReprompts, state.RepromptCounts.Truncated,
                $"Your answer was cut at the output limit of {state.AskedTokens} tokens and was not used. Answer shorter: write long files in pieces."),
            _ => (
                state.RepromptCounts with { NoCall = state.RepromptCounts.NoCall + 1 },
                LoopRules.MaxNoCallReprompts, state.RepromptCounts.NoCall,
                "You answered without a tool call, so nothing happened. Call a tool now, or call submit_result to end the task."),
        };
        state = state with { RepromptCounts = counts };
        if (count >= limit)
        {
            return Finish(state, LoopOutcomes.Unusable(sorted.Kind, count + 1), effects.Add(new LoopEffect.EndTurn(Progress(state))));
        }

        if (!sorted.Calls.IsEmpty)
        {
            // Each call must be answered as such; the answer carries the reason.
            return RunNext(rules, state, effects);
        }

        state = state with { History = state.History.Add(new HistoryItem(ChatMessage.User(nudge), state.Turn)) };
        return EndTurn(rules, state, effects.Add(Sent(state.Turn, "user", nudge)));
    }

    private static LoopStep EndTurn(LoopRules rules, LoopState before, ImmutableArray<LoopEffect> effects)
    {
        var state = before with { EditFreeTurns = before.ChangedThisTurn ? 0 : before.EditFreeTurns + 1 };
        effects = effects.Add(new LoopEffect.EndTurn(Progress(state)));
        var settings = rules.Settings;
        var outcome = state.Turn >= settings.MaxTurns ? LoopOutcomes.OutOfTurns(state.Turn)
            : settings.MaxTotalTokens is { } most && state.Used.TotalTokens >= most ? LoopOutcomes.OutOfTokens(state.Used.TotalTokens, most)
            : rules.Catalog.CanEdit && settings.EditFreeTurnsLimit > 0 && state.EditFreeTurns >= settings.EditFreeTurnsLimit ? LoopOutcomes.NoEdits(state.EditFreeTurns)
            : null;
        return outcome is null ? RequestPlanner.Next(rules, state, effects) : Finish(state, outcome, effects);
    }

    internal static LoopStep Finish(LoopState state, LoopOutcome outcome, ImmutableArray<LoopEffect> effects) =>
        new(state with { Outcome = outcome, Pending = [] }, effects.Add(new LoopEffect.Finish(outcome)));

    private static LoopState Returned(LoopState state, ToolCall call, string text) =>
        state with { History = state.History.Add(new HistoryItem(ChatMessage.Tool(call.Id, text), state.Turn, call.Name)) };

    private static RunProgress Progress(LoopState state) => new(state.Turn, state.Tool, state.Used.PromptTokens, state.Used.CompletionTokens);

    private static LoopEffect.Append Sent(int turn, string role, string content) =>
        new(new MessageSent { Turn = turn, Role = role, Content = content });

    private static FileEffect Effect(FileChange change)
    {
        // A large file is stored as its bytes: text would only be a second copy of it.
        var text = change.Content.Length <= LargeContent.MaxInlineBytes ? change.TextContent : null;
        return new FileEffect
        {
            Path = change.Path,
            ShaBefore = change.ShaBefore,
            ShaAfter = change.ShaAfter,
            Content = text,
            Bytes = text is null ? change.Content : null,
        };
    }
}
