using System.Collections.Immutable;

namespace Foreman.Workloads;

/// <summary>Adds to a plan what its pull requests ask for, where <c>spec.followUp</c> is set. Pure.</summary>
internal static class FollowUpPlan
{
    /// <summary>The plan with the rounds that revise its pull requests.</summary>
    /// <param name="snapshot">The Workload, and what forges say.</param>
    /// <param name="plan">The plan without them.</param>
    /// <param name="results">How a step stands, by name.</param>
    public static WorkloadPlan Of(WorkloadSnapshot snapshot, WorkloadPlan plan, Func<string, StepResult> results)
    {
        var spec = snapshot.Workload.Spec;
        if (spec.FollowUp is null || plan.Fault is not null || FollowedWork.Of(plan.Steps, results) is not { IsEmpty: false } works)
        {
            return plan;
        }

        var names = new FollowUpNames(spec, plan.Steps.Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
        var followed = works.Select(w => new PullRequestFollowUp(snapshot, w, names, results, Decided(plan, w.Origin))).ToImmutableArray();
        var growth = new Growth(TaskCap.Of(spec), plan.Steps.Length, results);
        growth.Add(followed.SelectMany(f => f.Groups));
        foreach (var one in followed)
        {
            one.Close(growth);
        }

        var superseded = followed.SelectMany(Superseded).ToHashSet(StringComparer.Ordinal);
        return plan with
        {
            Steps =
            [
                .. plan.Steps.Select(s => superseded.Contains(s.Name) ? s with { IsSuperseded = true } : s),
                .. followed.SelectMany(f => f.Groups.Where(growth.IsAdmitted).SelectMany(g => g.Steps)
                    .Select(s => s with { IsSuperseded = superseded.Contains(s.Name), Dropped = f.Outcome.Dropped })),
            ],
            Truncated = plan.Truncated ?? growth.Refusal,
            FollowUps = [.. followed.Select(f => f.Outcome.Entry)],
            IsFollowing = followed.Any(f => !f.Outcome.IsDone),
            IsAbandoned = followed.Any(f => f.Outcome.IsAbandoned),
            Questions = [.. plan.Questions, .. followed.SelectMany(f => f.Questions())],
            ForgeChanges = [.. followed.Select(f => f.Outcome.Change).OfType<ForgeChange>()],
        };
    }

    // A question is named by the copy of its step that asked it.
    private static ImmutableArray<Question> Decided(WorkloadPlan plan, Step origin) =>
    [
        .. plan.Questions.Where(q => Answers.GoOn(q)
            && (BaseOf(q.Step) == BaseOf(origin.Name) || (origin.Issue is { } issue && plan.Steps.Any(s => s.Name == q.Step && s.Issue == issue)))),
    ];

    private static string BaseOf(string step) => StepNames.RetryOf(step)?.Step ?? step;

    // Of the first work and the rounds after it one counts: where all is well the last that reached its target, else the last.
    private static IEnumerable<string> Superseded(PullRequestFollowUp followed)
    {
        var rounds = followed.Rounds.All;
        var counting = followed.Outcome.Due is not null ? rounds.Length
            : followed.Outcome.IsWell ? followed.Rounds.LastOnTarget
            : rounds.Length - 1;
        return rounds.Where((_, index) => index != counting).SelectMany(r => r.Checks.Prepend(r.Code));
    }
}
