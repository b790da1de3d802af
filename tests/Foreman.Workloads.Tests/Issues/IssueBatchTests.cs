using Foreman.Api;

namespace Foreman.Workloads.Tests.Issues;

public sealed class IssueBatchTests
{
    [Fact]
    public void Issues_come_in_their_order_once_each_and_the_first_goes_first()
    {
        var plan = Plan(Given.Batch(5, 3, 5));

        Assert.Equal(["code-5 2", "verify-5 2", "code-3 1", "verify-3 1"], plan.Steps.Select(s => $"{s.Name} {s.Rank}"));
    }

    [Fact]
    public void Reviewers_without_a_name_keep_their_place()
    {
        var plan = Plan(Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("", "reader") });

        Assert.Equal(["code-1", "verify-1", "review-1-1"], plan.Steps.Select(s => s.Name));
    }

    [Fact]
    public void A_verifier_without_a_name_is_none() =>
        Assert.Equal(["code-1"], Plan(Given.Batch(1) with { VerifierAgentRef = new() }).Steps.Select(s => s.Name));

    [Fact]
    public void Further_reviewers_that_may_not_work_are_told_only_once_they_would()
    {
        var spec = Given.Batch(1) with
        {
            ReviewerAgentRefs = Given.Refs("reader"),
            EscalationReviewerAgentRefs = Given.Refs("cloud", "judge"),
            AllowCloudReviewers = false,
            MaxReviewIterations = 0,
        };

        Assert.Empty(Plan(spec).Suppressed);
        var refused = Plan(spec, ("review-1-0", RunEnd.Refusal));
        Assert.Single(refused.Suppressed);
        Assert.Equal("escalate-1-1", refused.Steps[^1].Name);
    }

    [Fact]
    public void An_empty_list_of_further_reviewers_is_none()
    {
        var spec = Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader"), MaxReviewIterations = 0, EscalateOnFailure = true, MaxTasks = 3 };
        foreach (var end in (RunEnd[])[RunEnd.Refusal, RunEnd.OutOfTurns])
        {
            var (none, empty) = (Plan(spec, ("review-1-0", end)), Plan(spec with { EscalationReviewerAgentRefs = [] }, ("review-1-0", end)));

            Assert.Equal("code-1 verify-1 review-1-0", string.Join(' ', empty.Steps.Select(s => s.Name)));
            Assert.All(empty.Steps, s => Assert.False(s.IsSuperseded));
            Assert.Equal((none.Truncated, none.Additions.Length), (empty.Truncated, empty.Additions.Length));
            Assert.Null(empty.Truncated);
            Assert.Empty(empty.Additions);
        }

        Assert.Empty(Plan(Given.Batch(1) with { EscalationReviewerAgentRefs = [] }).Additions);
    }

    [Fact]
    public void Rounds_of_all_issues_are_added_up()
    {
        var plan = Plan(
            Given.Batch(1, 2) with { ReviewerAgentRefs = Given.Refs("reader"), MaxReviewIterations = 2 },
            ("review-1-0", RunEnd.Refusal), ("review-2-0", RunEnd.Refusal), ("review-2-0-r1", RunEnd.Refusal));

        Assert.Equal(3, plan.ReviewIterations);
        var told = Assert.Single(plan.Additions);
        Assert.Equal((ConditionTypes.ReviewIterationTriggered, true, Reasons.ReviewerNoGo, "Issues 1, 2 are revised after a review that refused: 9 tasks."), told);
        Assert.Equal("code-1 code-2 code-2-r1 review-1-0 review-2-0 review-2-0-r1 verify-1 verify-2 verify-2-r1",
            string.Join(' ', plan.Steps.Where(s => s.IsSuperseded).Select(s => s.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void More_issues_than_a_bound_are_refused()
    {
        var many = Plan(Given.Batch([.. Enumerable.Range(1, 1000)]));
        Assert.Equal((1000, Reasons.MaxTasksCap), (many.Steps.Length, many.Truncated!.Value.Reason));
        Assert.Equal((Reasons.InvalidPlan, true), (Plan(Given.Batch([.. Enumerable.Range(1, 1001)])).Fault!.Reason, Plan(Given.Batch([.. Enumerable.Range(1, 1001)])).Fault!.IsFinal));
    }

    private static WorkloadPlan Plan(WorkloadSpec spec, params (string Step, RunEnd End)[] ends)
    {
        var byStep = ends.ToDictionary(e => e.Step, e => StepResult.Of(Given.Child("w", e.Step, TaskKind.Review).Ended(e.End)), StringComparer.Ordinal);
        return IssueBatch.Of(new(Given.Workload("w", spec)) { Agents = Given.Agents }, s => byStep.GetValueOrDefault(s, StepResult.Unmade));
    }
}
