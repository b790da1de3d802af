using System.Collections.Immutable;
using Foreman.AgentLoop.Loop.Stuck;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Results;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>The agent loop as a pure function: a state and an event give the next state and what is to be done.</summary>
internal static class LoopMachine
{
    /// <summary>The first step: a conversation of a system message and the user's prompt, with the images of the task behind it.</summary>
    internal static LoopStep Start(LoopRules rules, string system, string prompt, IReadOnlyList<SentImage>? images = null)
    {
        var asked = new MessageSent { Turn = 0, Role = "user", Content = prompt, Images = images is { Count: > 0 } ? images : null };
        ImmutableArray<LoopEffect.Append> messages = [Sent(0, "system", system), new(asked)];
        var state = TranscriptReplay.Of(rules, messages.Select(m => m.Record));
        return RequestPlanner.Next(rules, state, [.. messages]);
    }

    /// <summary>The next step of a run whose state was made of its records. The step that they end in is finished first.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">A state of <see cref="TranscriptReplay"/>, with an answer at least.</param>
    internal static LoopStep Resume(LoopRules rules, LoopState state)
    {
        if (state.Begun is not null && !state.Pending.IsEmpty && state.Pending.Peek().Call is var call && call.Id == state.Begun)
        {
            var text = ToolOutcome.Error($"{call.Name} was interrupted: the agent stopped while it ran. It may have been done in part, so look before you repeat it").Text;
            var record = Returned(state.Turn, call, text, failed: true);
            return Go(rules, TranscriptReplay.Apply(rules, state, record), [new LoopEffect.Append(record)]);
        }

        state = state with { Begun = null };
        if (state.AskedLess && !state.ShortensPrompt)
        {
            return RequestPlanner.Ask(rules, TranscriptReplay.CloseTurn(state), state.AskedTokens, []);
        }

        if (!state.ShortensPrompt || Compaction.Mask(state.History, state.Turn, 1, 1) is not { } shorter)
        {
            return Go(rules, state, []);
        }

        var step = RequestPlanner.Compacted(state.Turn, shorter.Masked);
        return RequestPlanner.Next(rules, TranscriptReplay.Apply(rules, TranscriptReplay.CloseTurn(state), step.Record), [step]);
    }

    /// <summary>The next step. A run that is over stays as it is.</summary>
    internal static LoopStep Next(LoopRules rules, LoopState state, LoopEvent happened) => state.Outcome is not null
        ? new LoopStep(state, [])
        : happened switch
        {
            LoopEvent.Answered e => OnAnswer(rules, state, e.Answer),
            LoopEvent.ToolRan e => OnToolRan(rules, state, e),
            LoopEvent.Checked e => ResultRounds.OnChecked(rules, state, e.Refusal),
            LoopEvent.Counted e => OnCounted(rules, state, e.Tokens),
            LoopEvent.Unanswered { Failure: { Kind: ModelFailureKind.ContextOverflow } failure } => OnRefused(rules, state, failure),
            LoopEvent.Unanswered { Failure: { Kind: ModelFailureKind.ImagesRefused } failure } => OnImagesRefused(rules, state, failure),
            LoopEvent.Unanswered e => Finish(state, LoopOutcomes.Failed(e.Failure, state.Turn), []),
            LoopEvent.TimedOut => Finish(state, rules.Settings.BudgetSeconds is { } all ? LoopOutcomes.OutOfTime(all) : LoopOutcomes.TimedOut(rules.Settings.Timeout), []),
            LoopEvent.Cancelled => Finish(state, LoopOutcomes.Cancelled, []),
            LoopEvent.TranscriptFull => Finish(state, LoopOutcomes.TranscriptFull, []),
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

    private static LoopStep OnAnswer(LoopRules rules, LoopState before, ChatAnswer answer)
    {
        var sorted = AnswerTriage.Sort(answer, rules.Catalog, before.LastCall, before.AskedTokens, rules.Defences);
        var problems = sorted.Calls.Where(c => c.Problem is not null).ToDictionary(c => c.Call.Id, c => c.Problem!);
        var record = new ModelAnswered
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
            Unusable = sorted.Kind is AnswerKind.Calls ? null : sorted.Kind.ToString(),
            Problems = problems.Count == 0 ? null : problems,
            AskedTokens = before.AskedTokens,
            AskedByBudget = before.AskedByBudget ? true : null,
            PromptCost = answer.Usage.PromptTokens > 0 ? before.Gauge.Counted(before.History, rules.ToolCost, answer.Usage.PromptTokens).Cost : null,
            Timings = answer.Timings is not { } t || !double.IsFinite(t.PromptTokensPerSecond + t.DecodeTokensPerSecond) ? null : new AnswerTimings
            {
                PromptTokensPerSecond = t.PromptTokensPerSecond,
                DecodeTokensPerSecond = t.DecodeTokensPerSecond,
                CachedTokens = t.CachedTokens,
                PromptTokens = t.PromptTokens,
                CompletionTokens = t.CompletionTokens,
            },
        };
        return Go(rules, TranscriptReplay.Apply(rules, before, record), [new LoopEffect.Append(record)]);
    }

    private static LoopStep OnToolRan(LoopRules rules, LoopState before, LoopEvent.ToolRan ran)
    {
        var text = ResultRoom.Fit(rules, before, ran.Call, ran.Outcome.Text, (ran.Stored, ran.Outcome.WholeBytes));
        var images = ImageRoom.Fit(rules, before, ran.Outcome.Images, text);
        ImmutableArray<LoopEffect> effects = [];
        if (images.Masked.Length > 0)
        {
            var masking = RequestPlanner.Compacted(before.Turn, images.Masked);
            (before, effects) = (TranscriptReplay.Apply(rules, before, masking.Record), [masking]);
        }

        var returned = Returned(before.Turn, ran.Call, text + images.Note, ran.Outcome.IsError) with
        {
            Images = images.Shown.Count > 0 ? images.Shown : null,
            Effects = ran.Outcome.Changes.Count == 0 ? null : [.. ran.Outcome.Changes.Select(Effect)],
            EffectsIncomplete = ran.Outcome.ChangesAreIncomplete ? true : null,
            Submission = ran.Outcome.Submission is not { } s ? null : new SubmittedResult
            {
                Verdict = s.Verdict,
                Summary = s.Summary,
                CommitMessage = ResultBuilder.CommitMessage(s.CommitMessage),
                Extra = s.Extra,
            },
        };
        var record = StuckWatch.Noted(rules, before.Stuck, ran.Call, returned, before.Pending.IsEmpty);
        return Go(rules, TranscriptReplay.Apply(rules, before, record), effects.Add(new LoopEffect.Append(record)));
    }

    /// <summary>Without the images of tool results the run can go on; a task that has images of its own can't be done without them.</summary>
    private static LoopStep OnImagesRefused(LoopRules rules, LoopState before, ModelFailure failure)
    {
        if (!before.History.Any(h => h is { Tool: not null, Message.Images.Count: > 0 }) || before.History.Any(h => h is { Tool: null, Message.Images.Count: > 0 }))
        {
            return Finish(before, LoopOutcomes.Failed(failure, before.Turn), []);
        }

        var record = new LoopEffect.Append(new ImagesRefused { Turn = before.Turn, Reason = Printable.CutToBytes(failure.Message, ResultBuilder.MaxMessageBytes) });
        return RequestPlanner.Next(rules, TranscriptReplay.Apply(rules, before, record.Record), [record]);
    }

    private static LoopStep OnCounted(LoopRules rules, LoopState before, long? tokens)
    {
        if (tokens is not > 0)
        {
            return RequestPlanner.Plan(rules, before, []);
        }

        var record = new PromptCounted { Turn = before.Turn, PromptTokens = tokens.Value };
        return RequestPlanner.Plan(rules, TranscriptReplay.Apply(rules, before, record), [new LoopEffect.Append(record)]);
    }

    private static LoopStep OnRefused(LoopRules rules, LoopState before, ModelFailure failure)
    {
        var step = ContextRefusal.Next(rules, before, failure);
        var record = new PromptRefused
        {
            Turn = before.Turn,
            ContextTokens = failure.ContextTokens,
            PromptTokens = failure is { PromptTokens: > 0 and var counted, PromptIsAtLeast: false } ? counted : null,
            AskedTokens = step.State.AskedLess && !before.AskedLess ? step.State.AskedTokens : null,
        };
        return step.State.Outcome is not null ? step
            : new LoopStep(step.State with { ShortensPrompt = record.AskedTokens is null }, step.Effects.Insert(0, new LoopEffect.Append(record)));
    }

    /// <summary>Goes on from the last answer or result.</summary>
    private static LoopStep Go(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        if (state.Cache is { IsNewCollapse: true, Share: { } share })
        {
            var collapse = new PromptCacheCollapsed { Turn = state.Turn, Share = Math.Round(share, 3) };
            (state, effects) = (TranscriptReplay.Apply(rules, state, collapse), effects.Add(new LoopEffect.Append(collapse)));
        }

        if (state.Submission is { } submission)
        {
            return ResultRounds.OnSubmission(rules, state, submission, effects.Add(new LoopEffect.EndTurn(Progress(state))));
        }

        // Each call of an unusable answer must be answered as such; the answer carries the reason.
        return state.IsTurnOpen && state.LastAnswer is not AnswerKind.Calls ? Reprompt(rules, state, effects) : RunNext(rules, state, effects);
    }

    /// <summary>Runs the next call of the answer; calls that can't run are answered with their problem on the way.</summary>
    private static LoopStep RunNext(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        while (!state.Pending.IsEmpty)
        {
            state = TranscriptReplay.Take(state);
            var next = state.Running!;
            var refusal = StuckJudge.Refusal(rules, state.Stuck, next.Call);
            if (refusal is null && next.Problem is null)
            {
                return new LoopStep(state, effects.Add(new LoopEffect.Run(next.Call, state.Turn)));
            }

            var returned = Returned(state.Turn, next.Call, ToolOutcome.Error(refusal?.Text ?? next.Problem!).Text, failed: true);
            var record = StuckWatch.Noted(rules, state.Stuck, next.Call, returned, state.Pending.IsEmpty);
            state = TranscriptReplay.Apply(rules, state, record);

            // Told first: after a crash between the two the answer is given, and told, once more, where the other order could lose it.
            effects = effects.Add(new LoopEffect.Refuse(next.Call)).Add(new LoopEffect.Append(record));
        }

        return EndTurn(rules, state, effects);
    }

    /// <summary>Asks again, a few times, after an answer that calls no tool, and says what was wrong with it.</summary>
    private static LoopStep Reprompt(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        var (limit, count, nudge) = state.LastAnswer switch
        {
            AnswerKind.ReasoningOnly => (
                LoopRules.MaxReasoningOnlyReprompts, state.RepromptCounts.ReasoningOnly,
                "You thought but did not act. Call a tool now, or call submit_result to end the task."),
            AnswerKind.Truncated => (
                LoopRules.MaxTruncatedReprompts, state.RepromptCounts.Truncated,
                $"Your answer was cut at the output limit of {state.AskedTokens} tokens and was not used."
                + (rules.Defences.AdvisesOnCuts ? " Answer shorter: write a long file in parts, the first with write_file, each further one with write_file and \"append\": true." : "")),
            AnswerKind.Repeating => (
                LoopRules.MaxRepeatingReprompts, state.RepromptCounts.Repeating,
                "Your answer repeated the same text until the model server broke it off, and was not used. Don't write long runs of one character or word. Call a tool now, or call submit_result to end the task."),
            _ => (
                LoopRules.MaxNoCallReprompts, state.RepromptCounts.NoCall,
                "You answered without a tool call, so nothing happened. Call a tool now, or call submit_result to end the task."),
        };
        if (count > limit || !rules.Defences.AsksAgain)
        {
            var outcome = state is { LastAnswer: AnswerKind.Truncated, AskedByBudget: true } && rules.Settings.MaxTotalTokens is { } most
                ? LoopOutcomes.CutByBudget(RequestPlanner.Used(state), most, state.AskedTokens)
                : LoopOutcomes.Unusable(state.LastAnswer, count);
            return Finish(state, outcome, effects.Add(new LoopEffect.EndTurn(Progress(state))));
        }

        if (!state.OwesNudge)
        {
            return RunNext(rules, state, effects);
        }

        var sent = Sent(state.Turn, "user", nudge);
        return EndTurn(rules, TranscriptReplay.Apply(rules, state, sent.Record), effects.Add(sent));
    }

    internal static LoopStep EndTurn(LoopRules rules, LoopState state, ImmutableArray<LoopEffect> effects)
    {
        state = TranscriptReplay.CloseTurn(state);
        effects = effects.Add(new LoopEffect.EndTurn(Progress(state)));
        var settings = rules.Settings;
        var outcome = state.Turn >= settings.MaxTurns ? LoopOutcomes.OutOfTurns(state.Turn)
            : settings.MaxTotalTokens is { } most && RequestPlanner.Used(state) is var used && used >= most ? LoopOutcomes.OutOfTokens(used, most)
            : StuckJudge.End(rules, state.Stuck) is { } stuck ? LoopOutcomes.Stuck(stuck)
            : null;
        return outcome is null ? RequestPlanner.Next(rules, state, effects) : Finish(state, outcome, effects);
    }

    /// <summary>Ends the run. Calls that still wait are told to the audit as not run, unless the run was stopped and may go on with them.</summary>
    internal static LoopStep Finish(LoopState state, LoopOutcome outcome, ImmutableArray<LoopEffect> effects)
    {
        var refused = outcome.Reason == FailureReason.Cancelled ? [] : state.Pending.Select(p => (LoopEffect)new LoopEffect.Refuse(p.Call));
        return new(state with { Outcome = outcome, Pending = [], Running = null }, effects.AddRange(refused).Add(new LoopEffect.Finish(outcome)));
    }

    internal static ToolReturned Returned(int turn, ToolCall call, string text, bool failed) =>
        new() { Turn = turn, CallId = call.Id, Tool = call.Name, Content = text, Failed = failed };

    /// <summary>Where a run stands, for those who follow it.</summary>
    internal static RunProgress Progress(LoopState state) => new(
        state.Turn, state.Tool, state.Used.PromptTokens - state.TakenOver.Used.PromptTokens, state.Used.CompletionTokens - state.TakenOver.Used.CompletionTokens)
    {
        Edits = state.Edits,
    };

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
            Bytes = text is null && change.ShaAfter is not null ? change.Content : null,
            Mode = change.Mode,
            Directory = change.IsDirectory ? true : null,
            Link = change.LinkTarget,
        };
    }
}
