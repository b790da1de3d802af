using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>
/// The steps of <c>spec.issues</c>: for each issue a coder, a verifier and reviewers; retries, revisions after a review that refused, and
/// escalations, as far as what has ended asks for them. The same ends give the same steps, so what a crash left half made is
/// made whole by the next decision. Pure.
/// </summary>
public static class IssueBatch
{
    /// <summary>Most issues of a Workload.</summary>
    public const int MaxIssues = 1000;

    /// <summary>Most rounds of revision that an issue gets.</summary>
    public const int MaxRounds = 20;

    /// <summary>Plans the issues.</summary>
    internal static WorkloadPlan Of(WorkloadSnapshot snapshot, Func<string, StepResult> results)
    {
        var spec = snapshot.Workload.Spec;
        if (spec.Issues!.Count > MaxIssues || spec.Issues.Any(i => i < 1))
        {
            return WorkloadPlan.Failed(new(
                Reasons.InvalidPlan,
                Text($"spec.issues: it has {spec.Issues.Count} entries; give 1 to {MaxIssues} numbers of issues, each 1 or more."),
                IsFinal: true));
        }

        var gate = CloudGate.Of(snapshot);
        var reviewers = Named(spec.ReviewerAgentRefs);
        var further = Named(spec.EscalationReviewerAgentRefs);
        var issues = spec.Issues.Distinct()
            .Select(i => new IssueSteps(snapshot.Workload.Name(), spec, i, reviewers.RemoveAll(r => gate.Refusal(r.Agent) is not null)))
            .ToImmutableArray();
        var cap = TaskCap.Of(spec);
        var (first, truncated) = cap.Clip([.. issues.SelectMany(i => i.Base())]);
        var kept = first.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var rounds = issues.Select(i => new IssueRounds(i, snapshot.Workload, results, kept)).ToImmutableArray();
        var willing = further.RemoveAll(f => gate.Refusal(f.Agent) is not null);
        var growth = new Growth(cap, first.Length + rounds.Sum(r => r.BegunRetries(willing)) + FollowUpNames.Begun(spec, first, results), results);
        growth.Add(rounds.SelectMany(r => r.Due()), rounds.Sum(r => r.MadeFurtherReviews(willing)));
        growth.Add(rounds.Select(r => r.FurtherReviews(growth, willing)).OfType<StepGroup>());
        growth.Add(rounds.SelectMany(r => r.DueAfterFurtherReviews()));
        var parts = rounds.SelectMany(r => r.Parts(growth)).Select(p => p.Retries).ToImmutableArray();
        var report = RetryReport.Of(parts, growth.IsAdmitted);

        return new()
        {
            Steps = [.. Marked(rounds, growth)],
            Truncated = truncated ?? growth.Refusal ?? Bound(spec, rounds, growth),
            Suppressed = [.. reviewers.Concat(growth.HasFurtherReviews ? further : []).Select(r => gate.Refusal(r.Agent)).OfType<string>().Distinct(StringComparer.Ordinal)],
            Additions = [.. report.Additions, .. Additions(spec, growth)],
            Retries = report.Count,
            Questions = [.. parts.SelectMany(p => p.Questions)],
            ReviewIterations = growth.Admitted.Count(g => g.Kind == StepGroupKind.Revision),
        };
    }

    private static ImmutableArray<(int Index, string Agent)> Named(IReadOnlyList<LocalObjectReference>? agents) =>
        [.. (agents ?? []).Index().Where(a => a.Item.Name.Length > 0).Select(a => (a.Index, a.Item.Name))];

    // Issues in their order: what was begun is brought to its end before the next one is begun.
    private static IEnumerable<Step> Marked(ImmutableArray<IssueRounds> rounds, Growth growth)
    {
        foreach (var (index, issue) in rounds.Index())
        {
            foreach (var (group, retries) in issue.Parts(growth))
            {
                var isSuperseded = issue.IsSuperseded(group, growth);
                foreach (var step in retries.Steps(growth.IsAdmitted))
                {
                    yield return step with { IsSuperseded = isSuperseded || step.IsSuperseded || issue.IsReplaced(step.Name, growth), Rank = rounds.Length - index };
                }
            }
        }
    }

    private static (string Reason, string Message)? Bound(WorkloadSpec spec, ImmutableArray<IssueRounds> rounds, Growth growth) =>
        rounds.Where(r => r.IsAtBound(growth)).Select(r => r.Issue).ToArray() is { Length: > 0 } issues
            ? (Reasons.ReviewIterationsCap, Text($"spec.maxReviewIterations {spec.MaxReviewIterations}: {MaxRounds} rounds of revision are the most that an issue gets, and reviews of issues {string.Join(", ", issues.Take(50))} still refuse."))
            : null;

    private static ImmutableArray<(string Type, bool IsTrue, string Reason, string Message)> Additions(WorkloadSpec spec, Growth growth)
    {
        var found = ImmutableArray.CreateBuilder<(string, bool, string, string)>();
        Add(StepGroupKind.CoderEscalation, ConditionTypes.CoderEscalationTriggered, "were given to the escalation coder");
        Add(StepGroupKind.Revision, ConditionTypes.ReviewIterationTriggered, "are revised after a review that refused");
        Add(StepGroupKind.FurtherReviews, ConditionTypes.EscalationTriggered, "were given to further reviewers");
        if (spec.EscalationReviewerAgentRefs is { Count: > 0 } && spec.ReviewerAgentRefs is not { Count: > 0 })
        {
            found.Add((
                ConditionTypes.EscalationTriggered, false, Reasons.NoBaseReviewers,
                "spec.escalationReviewerAgentRefs names reviewers that follow others, and spec.reviewerAgentRefs names none; name those that review first."));
        }

        return found.ToImmutable();

        void Add(StepGroupKind kind, string type, string what)
        {
            var groups = growth.Admitted.Where(g => g.Kind == kind).ToArray();
            if (groups.Length > 0)
            {
                var issues = groups.Select(g => g.Issue).Distinct().Order().ToArray();
                found.Add((type, true, groups[^1].Reason, Text($"Issues {string.Join(", ", issues)} {what}: {groups.Sum(g => g.Steps.Length)} tasks.")));
            }
        }
    }
}
