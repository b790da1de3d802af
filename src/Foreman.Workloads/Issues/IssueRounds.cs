using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>What the ends of one issue's steps ask for next. Pure.</summary>
/// <param name="steps">Writes the issue's steps.</param>
/// <param name="spec">Spec of the Workload.</param>
/// <param name="results">How a step stands, by name.</param>
/// <param name="first">Names of the first steps that the cap of tasks left.</param>
internal sealed class IssueRounds(IssueSteps steps, WorkloadSpec spec, Func<string, StepResult> results, IReadOnlySet<string> first)
{
    private int MaxRounds => Math.Clamp(spec.MaxReviewIterations ?? 1, 0, IssueBatch.MaxRounds);

    /// <summary>Number of the issue.</summary>
    public int Issue => steps.Issue;

    /// <summary>Rounds of revision, and the escalation of the coder, that are due or were.</summary>
    public IEnumerable<StepGroup> Due()
    {
        var round = 0;
        for (; round < MaxRounds && Refusals(round) is { IsEmpty: false } refusals; round++)
        {
            yield return new(StepGroupKind.Revision, Issue, round + 1, Reasons.ReviewerNoGo, steps.Revision(round + 1, refusals));
        }

        // The coder of the last round that was begun; one whose round found no room has no result.
        for (var last = round; last >= 0; last--)
        {
            var result = results(steps.Code(last));
            if (result.State != StepState.Planned)
            {
                if (spec.EscalationCoderAgentRef is { Name.Length: > 0 } && CoderFailure.Escalates(result, spec.EscalateOnFailure == true) is { } reason)
                {
                    yield return new(StepGroupKind.CoderEscalation, Issue, last, reason, steps.Escalation(steps.Code(last), result));
                }

                break;
            }
        }
    }

    /// <summary>Further reviewers, once no revision follows a refusal; null when none are due.</summary>
    /// <param name="growth">What was added.</param>
    /// <param name="agents">The reviewers that may work.</param>
    public StepGroup? FurtherReviews(Growth growth, IEnumerable<(int Index, string Agent)> agents)
    {
        if (spec.ReviewerAgentRefs is not { Count: > 0 } || growth.Has(StepGroupKind.CoderEscalation, Issue))
        {
            return null;
        }

        var round = growth.LastRound(Issue);
        return !Refusals(round).IsEmpty
            ? new(StepGroupKind.FurtherReviews, Issue, round, Reasons.BaseReviewerNoGo, steps.FurtherReviews(agents, round))
            : null;
    }

    /// <summary>True when a later round, or the escalation, took the place of steps.</summary>
    /// <param name="group">The group that they belong to; null for the first ones.</param>
    /// <param name="growth">What was added.</param>
    public bool IsSuperseded(StepGroup? group, Growth growth) =>
        (group is null or { Kind: StepGroupKind.Revision })
        && ((group?.Round ?? 0) < growth.LastRound(Issue) || growth.Has(StepGroupKind.CoderEscalation, Issue));

    // All reviewers must have ended, so that the coder hears all of them at once.
    private ImmutableArray<(string Step, StepResult Result)> Refusals(int round)
    {
        var reviews = steps.Reviews(round).Where(r => round > 0 || first.Contains(r)).Select(r => (Step: r, Result: results(r))).ToImmutableArray();
        return !reviews.IsEmpty && reviews.All(r => r.Result.HasEnded) ? reviews.RemoveAll(r => r.Result.Verdict != Verdict.NoGo) : [];
    }
}
