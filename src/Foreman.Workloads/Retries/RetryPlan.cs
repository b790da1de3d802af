using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// Which of some steps are done again, and how the plan looks with that. What was made says by itself what it followed, so the same tasks
/// and ends give the same steps: a round of which a crash left half is completed, and one that is complete is not begun twice. Pure.
/// </summary>
internal sealed class RetryPlan
{
    private readonly ImmutableArray<Step> _steps;
    private readonly RetryScope _scope;
    private readonly StepCopies _copies;
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly List<RetryRound> _rounds = [];
    private ImmutableArray<Question>? _questions;

    /// <param name="steps">The steps, without cycles; each with the policy that holds for it.</param>
    /// <param name="scope">What they are decided by.</param>
    public RetryPlan(ImmutableArray<Step> steps, RetryScope scope)
    {
        (_steps, _scope, _copies) = (steps, scope, new StepCopies(steps, scope.Results));
        var causes = steps.Where(IsDue).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        if (_copies.Retries == 0 && causes.Count == 0)
        {
            return;
        }

        var graph = new StepGraph(steps);
        var ordered = graph.Ordered();
        _begun.UnionWith(Behind(ordered));
        Gather(ordered.Where(s => causes.Contains(s.Name)));
        foreach (var round in _rounds)
        {
            _members.UnionWith(round.Members);
            round.Close(GroupOf(round), (step, others) => graph.Ancestors(step).Overlaps(others));
        }
    }

    /// <summary>Groups of steps that are to be done again, and take tasks that are not counted yet.</summary>
    public IEnumerable<StepGroup> Due => _rounds.Select(r => r.Group);

    /// <summary>Tasks of retries that were made, and of those whose round was begun.</summary>
    public int Begun => _copies.Retries + _begun.Count;

    /// <summary>
    /// The questions that ends of the steps ask, by copy, those that are answered included. One whose step is done again for another reason
    /// has gone, if nobody had answered it.
    /// </summary>
    public ImmutableArray<Question> Questions => _questions ??= [.. _steps.SelectMany(QuestionsOf)];

    /// <summary>True for the name of one of the steps.</summary>
    public bool Has(string step) => _copies.Has(step);

    /// <summary>True when the newest copy of a step is not the last one.</summary>
    public bool IsRetried(string step) => _begun.Contains(step) || _members.Contains(step);

    /// <summary>Name of the newest copy of a step.</summary>
    public string Newest(string step) => _copies.Newest(step);

    /// <summary>How a step stands: one that is done again has no result yet.</summary>
    public StepResult Result(string step) => IsRetried(step) ? StepResult.Unmade : _copies.Result(step);

    /// <summary>The steps and all of their retries, the former in their places.</summary>
    /// <param name="isAdmitted">Whether a group of <see cref="Due"/> has room.</param>
    public ImmutableArray<Step> Steps(Func<StepGroup, bool> isAdmitted)
    {
        var steps = _copies.Retries == 0 && _rounds.Count == 0
            ? _steps
            : new RetriedSteps(_steps, _scope, _copies, _begun, [.. _rounds.Where(r => isAdmitted(r.Group))]).All();
        var open = Questions.Where(q => q.IsOpen).Select(q => q.Step).ToHashSet(StringComparer.Ordinal);

        if (open.Count == 0)
        {
            return steps;
        }

        // What is taken by a verdict would build on one that an answer takes back; all else falls with the step, and is done again with it.
        var graph = new StepGraph(steps);
        return [.. steps.Select(s => s.When is not null && AskedBefore(s, graph.Ancestors(s.Name)) is { } asking ? s with { Hold = $"Waits for a person's answer to step {asking}." } : s)];

        string? AskedBefore(Step step, IReadOnlySet<string> ancestors) => step.DependsOn.FirstOrDefault(open.Contains) ?? ancestors.Where(open.Contains).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>The ends that were retried, and those that will be: name of the copy, and why.</summary>
    /// <param name="isAdmitted">Whether a group of <see cref="Due"/> has room.</param>
    public IEnumerable<(string Copy, FailureReason Why)> Ends(Func<StepGroup, bool> isAdmitted) =>
        _steps.SelectMany(s => _copies.Earlier(s.Name))
            .Where(c => RetryRule.FellShort(_scope.Results(c)))
            .Concat(_rounds.Where(r => isAdmitted(r.Group)).SelectMany(r => r.Causes).Select(c => c.Copy))
            .Select(c => (c, RetryRule.Word(_scope.Results(c))!.Value));

    // A step's own ends are counted, so that no policy of another one is used up by it.
    private bool IsDue(Step step)
    {
        var result = _copies.Result(step.Name);
        if (result.Question is not null)
        {
            return MayAsk(step) && _scope.Answers(_copies.Newest(step.Name)) is { } answer && !Answers.IsAbandon(answer);
        }

        return _scope.IsOpen
            && RetryRule.Applies(step.RetryPolicy, result)
            && !(_scope.ReviewsAreRevised && step.Kind == TaskKind.Review && result.Verdict == Verdict.NoGo)
            && _copies.Earlier(step.Name).Select(_scope.Results).Count(r => r.Question is null && RetryRule.FellShort(r)) < RetryRule.LimitOf(step.RetryPolicy);
    }

    // Somebody else may have the name that the answered step would get, or it may be too long for a label.
    private bool MayAsk(Step step) =>
        _scope.IsOpen && StepNames.Retry(step.Name, _copies.Number(step.Name) + 1) is { Length: <= StepNames.MaxLength } next && !_copies.Has(next);

    private IEnumerable<Question> QuestionsOf(Step step) => _copies.Number(step.Name) == 0 && _copies.Result(step.Name).Question is null ? [] : _copies.All(step.Name)
        .Select(QuestionOf).OfType<Question>()
        .Where(q => !q.IsOpen || (MayAsk(step) && q.Step == _copies.Newest(step.Name) && !IsRetried(step.Name)));

    private Question? QuestionOf(string copy) =>
        _scope.Results(copy).Question is { } text ? new(copy, text) { Answer = _scope.Answers(copy) } : null;

    // Steps whose newest copy followed what was done again since.
    private HashSet<string> Behind(IReadOnlyList<Step> ordered)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (_copies.Retries == 0)
        {
            return found;
        }

        foreach (var step in ordered.Where(s => _copies.IsMade(_copies.Newest(s.Name))))
        {
            if (_copies.FollowedBy(step.Name).Any(f => f.Number < _copies.Number(f.Step) + (found.Contains(f.Step) ? 1 : 0)))
            {
                found.Add(step.Name);
            }
        }

        return found;
    }

    private void Gather(IEnumerable<Step> causes)
    {
        var followers = _steps.SelectMany(s => s.DependsOn.Select(d => (Before: d, s.Name))).ToLookup(f => f.Before, f => f.Name, StringComparer.Ordinal);
        var roundOf = new Dictionary<string, RetryRound>(StringComparer.Ordinal);
        foreach (var step in causes)
        {
            var copy = _copies.Newest(step.Name);
            var result = _scope.Results(copy);
            var origins = OriginsOf(step, copy, result);
            if (origins.Count == 0)
            {
                continue;
            }

            var members = WithFollowers(origins, followers);
            var touched = members.Select(m => roundOf.GetValueOrDefault(m)).OfType<RetryRound>().Distinct().ToArray();
            var round = touched.Length > 0 ? touched[0] : new RetryRound();
            foreach (var other in touched.Skip(1))
            {
                round.Absorb(other);
                _rounds.Remove(other);
            }

            round.Add(new(step, copy, result, origins), members);
            foreach (var member in touched.Length > 1 ? round.Members : members)
            {
                roundOf[member] = round;
            }

            if (touched.Length == 0)
            {
                _rounds.Add(round);
            }
        }
    }

    // Of several writers whose work a verdict is on, those that a round which was begun has not reached yet are still to be begun with.
    private List<string> OriginsOf(Step step, string copy, StepResult result)
    {
        IEnumerable<string> origins = RetryRule.JudgesOthers(step.Kind, result)
            ? _copies.Judged(copy).Where(_copies.IsNewest).Select(c => _copies.Find(c)!.Name).Distinct(StringComparer.Ordinal)
            : [step.Name];
        return [.. origins.Where(o => !_begun.Contains(o))];
    }

    private static HashSet<string> WithFollowers(IEnumerable<string> origins, ILookup<string, string> followers)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(origins);
        while (open.TryPop(out var step))
        {
            if (found.Add(step))
            {
                foreach (var follower in followers[step])
                {
                    open.Push(follower);
                }
            }
        }

        return found;
    }

    private StepGroup GroupOf(RetryRound round) => new(
        StepGroupKind.Retry, _scope.Issue, 0, Reasons.StepFailed,
        [
            .. _steps.Where(s => round.Members.Contains(s.Name) && !_begun.Contains(s.Name) && _copies.IsMade(_copies.Newest(s.Name)))
                .Select(s => s with { Name = StepNames.Retry(s.Name, _copies.Number(s.Name) + 1) }),
        ]);
}
