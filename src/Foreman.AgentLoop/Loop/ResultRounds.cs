using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>What follows a result of the model: the end of the run, or a look at it and some rounds of corrections. Pure.</summary>
internal static class ResultRounds
{
    /// <summary>The model has given a result. Only GO claims that the work is done, so only that is looked at.</summary>
    internal static LoopStep OnSubmission(LoopRules rules, LoopState state, Submission submission, ImmutableArray<LoopEffect> effects) =>
        rules.ResultRounds is not null && submission.Verdict == Verdict.Go.Value
            ? new LoopStep(state, effects.Add(new LoopEffect.Check(submission, state.Refusals + 1)))
            : LoopMachine.Finish(state, LoopOutcomes.Decided(submission), effects);

    /// <summary>The result was looked at.</summary>
    internal static LoopStep OnChecked(LoopRules rules, LoopState state, string? refusal)
    {
        if (state.Submission is not { } submission)
        {
            return new LoopStep(state, []);
        }

        if (refusal is null)
        {
            return LoopMachine.Finish(state, LoopOutcomes.Decided(submission), []);
        }

        if (state.Refusals >= rules.ResultRounds || state.Turn >= rules.Settings.MaxTurns)
        {
            return LoopMachine.Finish(state, LoopOutcomes.GateFailed(submission, state.Refusals), []);
        }

        // Servers refuse a conversation in which a call has no result.
        var effects = ImmutableArray.CreateBuilder<LoopEffect>();
        while (!state.Pending.IsEmpty)
        {
            state = TranscriptReplay.Take(state);
            var call = state.Running!.Call;

            // Told before its answer is stored, as every call that is not run.
            effects.Add(new LoopEffect.Refuse(call));
            Append(LoopMachine.Returned(state.Turn, call, ToolOutcome.Error($"{call.Name} was not run: the result had been given before it").Text, failed: true));
        }

        Append(new MessageSent { Turn = state.Turn, Role = "user", Content = refusal, RefusesResult = true });
        return LoopMachine.EndTurn(rules, state, effects.ToImmutable());

        void Append(TranscriptRecord record)
        {
            state = TranscriptReplay.Apply(rules, state, record);
            effects.Add(new LoopEffect.Append(record));
        }
    }
}
