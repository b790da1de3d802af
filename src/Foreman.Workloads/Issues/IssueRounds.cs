using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>What the ends of one issue's steps ask for next. Pure.</summary>
internal sealed class IssueRounds
{
    private readonly IssueSteps _steps;
    private readonly WorkloadSpec _spec;
    private readonly Func<string, StepResult> _results;
    private readonly Func<string, string?> _answers;
    private readonly List<(StepGroup? Group, RetryPlan Retries)> _rounds = [];
    private readonly (StepGroup Group, RetryPlan Retries)? _escalation;
    private (StepGroup Group, RetryPlan Retries)? _further;
    private ImmutableArray<string> _replaced = [];

    /// <param name="steps">Writes the issue's steps.</param>
    /// <param name="workload">The Workload.</param>
    /// <param name="results">How a step stands, by name.</param>
    /// <param name="first">Names of the first steps that the cap of tasks left.</param>
    public IssueRounds(IssueSteps steps, Workload workload, Func<string, StepResult> results, IReadOnlySet<string> first)
    {
        var spec = workload.Spec;
        (_steps, _spec, _results, _answers) = (steps, spec, results, step => Answers.To(workload, step));
        _rounds.Add((null, RetriesOf(0, [.. steps.Base().Where(s => first.Contains(s.Name))])));
        for (var round = 1; round <= MaxRounds && Refusals(round - 1) is { IsEmpty: false } refusals; round++)
        {
            var group = new StepGroup(StepGroupKind.Revision, Issue, round, Reasons.ReviewerNoGo, steps.Revision(round, refusals, Answered));
            _rounds.Add((group, RetriesOf(round, group.Steps)));
        }

        _escalation = Escalation();
    }

    /// <summary>Number of the issue.</summary>
    public int Issue => _steps.Issue;

    private int MaxRounds => Math.Clamp(_spec.MaxReviewIterations ?? 1, 0, IssueBatch.MaxRounds);

    /// <summary>Rounds of revision, the escalation of the coder, and retries in them, that are due or were.</summary>
    public IEnumerable<StepGroup> Due()
    {
        var parts = _escalation is { } escalation ? _rounds.Append((escalation.Group, escalation.Retries)) : _rounds;
        return parts.SelectMany(p => p.Group is null ? p.Retries.Due : p.Retries.Due.Prepend(p.Group));
    }

    /// <summary>Tasks of retries that were made, and of those whose round was begun.</summary>
    /// <param name="agents">The further reviewers that may work.</param>
    public int BegunRetries(IEnumerable<(int Index, string Agent)> agents) =>
        _rounds.Sum(r => r.Retries.Begun) + (_escalation?.Retries.Begun ?? 0) + new StepCopies(_steps.FurtherReviews(agents, 0), _results).Retries;

    /// <summary>How many further reviews were made, those that were done again counted once.</summary>
    /// <param name="agents">The further reviewers that may work.</param>
    public int MadeFurtherReviews(IEnumerable<(int Index, string Agent)> agents) => _steps.FurtherReviews(agents, 0).Count(s => IsMade(s.Name));

    /// <summary>
    /// Further reviewers, once no revision follows a refusal, or in the place of reviews that came to no verdict
    /// (<c>spec.escalateOnFailure</c>); null when none are due.
    /// </summary>
    /// <param name="growth">What was added.</param>
    /// <param name="agents">The reviewers that may work.</param>
    public StepGroup? FurtherReviews(Growth growth, IEnumerable<(int Index, string Agent)> agents)
    {
        var round = growth.LastRound(Issue);
        if (_spec.ReviewerAgentRefs is not { Count: > 0 } || growth.Has(StepGroupKind.CoderEscalation, Issue))
        {
            return null;
        }

        var isRefused = !Refusals(round).IsEmpty;
        _replaced = isRefused || _spec.EscalateOnFailure != true ? [] : [.. Reviews(round).Where(r => CoderFailure.IsWithoutVerdict(r.Result)).Select(r => r.Step)];
        if (!isRefused && _replaced.IsEmpty)
        {
            return null;
        }

        var code = _rounds[round].Retries.Newest(_steps.Code(round));
        var steps = isRefused ? _steps.FurtherReviews(agents, round, code) : _steps.ReviewsInPlace(agents, round, code);
        var group = new StepGroup(StepGroupKind.FurtherReviews, Issue, round, isRefused ? Reasons.BaseReviewerNoGo : Reasons.BaseReviewerFailureEscalation, steps);
        _further = (group, RetriesOf(steps, isOpen: true, revision: null));
        return group;
    }

    /// <summary>True for a review that came to no verdict, once further reviewers took its place.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="growth">What was added.</param>
    public bool IsReplaced(string step, Growth growth) => _further is { } further && growth.IsAdmitted(further.Group) && _replaced.Contains(step);

    /// <summary>True when reviews still refuse after the last round that an issue can have, and the spec asks for more.</summary>
    /// <param name="growth">What was added.</param>
    public bool IsAtBound(Growth growth) =>
        _spec.MaxReviewIterations > IssueBatch.MaxRounds && growth.LastRound(Issue) == IssueBatch.MaxRounds && !Refusals(IssueBatch.MaxRounds).IsEmpty;

    /// <summary>Retries of further reviews that are due.</summary>
    public IEnumerable<StepGroup> DueAfterFurtherReviews() => _further?.Retries.Due ?? [];

    /// <summary>The first steps, and all groups that were added, each with its retries.</summary>
    /// <param name="growth">What was added.</param>
    public IEnumerable<(StepGroup? Group, RetryPlan Retries)> Parts(Growth growth)
    {
        foreach (var round in _rounds.Where(r => r.Group is null || growth.IsAdmitted(r.Group)))
        {
            yield return round;
        }

        if (_escalation is { } escalation && growth.IsAdmitted(escalation.Group))
        {
            yield return escalation;
        }

        if (_further is { } further && growth.IsAdmitted(further.Group))
        {
            yield return further;
        }
    }

    /// <summary>True when a later round, or the escalation, took the place of steps.</summary>
    /// <param name="group">The group that they belong to; null for the first ones.</param>
    /// <param name="growth">What was added.</param>
    public bool IsSuperseded(StepGroup? group, Growth growth) =>
        (group is null or { Kind: StepGroupKind.Revision })
        && ((group?.Round ?? 0) < growth.LastRound(Issue) || growth.Has(StepGroupKind.CoderEscalation, Issue));

    // What people have decided about the issue so far.
    private ImmutableArray<Question> Answered => [.. _rounds.SelectMany(r => r.Retries.Questions).Where(Answers.GoOn)];

    private bool IsMade(string step) => _results(step).State != StepState.Planned;

    // What a later round or another reviewer took the place of is done again no more, whatever a changed policy would say.
    private RetryPlan RetriesOf(int round, ImmutableArray<Step> steps) => RetriesOf(
        steps, isOpen: !IsMade(_steps.Code(round + 1)) && !IsMade(_steps.EscalatedCode) && !AreReplaced(round, steps), _spec.RevisionCoderAgentRef);

    private bool AreReplaced(int round, ImmutableArray<Step> steps)
    {
        if (!_steps.FurtherReviewNames.Any(IsMade))
        {
            return false;
        }

        var copies = new StepCopies(steps, _results);
        var reviews = _steps.Reviews(round).Where(copies.Has).Select(copies.Result).ToArray();
        return reviews.All(r => r.HasEnded) && reviews.Any(r => r.Verdict == Verdict.NoGo || CoderFailure.IsWithoutVerdict(r));
    }

    private RetryPlan RetriesOf(ImmutableArray<Step> steps, bool isOpen, LocalObjectReference? revision) => new(steps, new RetryScope(_results)
    {
        Workload = _steps.Workload,
        Issue = Issue,
        Answers = _answers,
        IsOpen = isOpen && _spec.Cancel != true,
        ReviewsAreRevised = true,
        RevisionAgent = revision is { Name.Length: > 0 } ? revision.Name : null,
    });

    // The coder of the last round that was begun; one whose round found no room has no result. Another coder comes after the last retry.
    private (StepGroup Group, RetryPlan Retries)? Escalation()
    {
        for (var round = _rounds.Count - 1; round >= 0; round--)
        {
            var (retries, code) = (_rounds[round].Retries, _steps.Code(round));
            if (!retries.Has(code) || (!retries.IsRetried(code) && !IsMade(retries.Newest(code))))
            {
                continue;
            }

            var result = retries.Result(code);
            if (_spec.EscalationCoderAgentRef is not { Name.Length: > 0 } || CoderFailure.Escalates(result, _spec.EscalateOnFailure == true) is not { } reason)
            {
                return null;
            }

            var group = new StepGroup(StepGroupKind.CoderEscalation, Issue, round, reason, _steps.Escalation(retries.Newest(code), result, Answered));
            return (group, RetriesOf(group.Steps, isOpen: true, revision: null));
        }

        return null;
    }

    private ImmutableArray<(string Step, StepResult Result)> Refusals(int round) => Reviews(round).RemoveAll(r => r.Result.Verdict != Verdict.NoGo);

    // All reviewers must have ended, so that the coder hears all of them at once.
    private ImmutableArray<(string Step, StepResult Result)> Reviews(int round)
    {
        var retries = _rounds[round].Retries;
        var reviews = _steps.Reviews(round).Where(retries.Has).Select(r => (Step: retries.Newest(r), Result: retries.Result(r))).ToImmutableArray();
        return reviews.All(r => r.Result.HasEnded) ? reviews : [];
    }
}
