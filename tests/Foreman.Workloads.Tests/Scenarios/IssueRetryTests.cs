using Foreman.Api;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>Steps of issues that are done again.</summary>
[Trait("Kind", "3")]
public sealed class IssueRetryTests
{
    private static readonly WorkloadSpec Batch = Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader"), RetryPolicy = new() { Limit = 1 } };

    [Fact]
    public void Checks_that_fail_send_the_coder_on_from_its_branch()
    {
        var world = World.Of("w", Batch with { RevisionCoderAgentRef = Given.Ref("reviser") }, ("verify-1", RunEnd.GateFail))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-t1 review-1-0 review-1-0-t1 verify-1 verify-1-t1", world.Steps);
        var task = world.Task("code-1-t1");
        Assert.Equal("reviser", task.Spec.AgentRef!.Name);
        Assert.Equal("reviser", world.Entry("code-1-t1").Agent);
        Assert.Equal(("foreman/w/issue-1", BranchStrategy.Rebase, true), (task.Spec.Payload.ReviseFromBranch, task.Spec.Payload.BranchStrategy, task.Spec.Payload.AllowOverwrite));
        Assert.Contains("test: 2 failed", task.Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal((1, 0), (world.Status.Retries, world.Status.ReviewIterations));
    }

    [Fact]
    public void A_coder_that_left_nothing_begins_anew_with_its_issue()
    {
        var world = World.Of("w", Batch with { RevisionCoderAgentRef = Given.Ref("reviser") }, ("code-1", RunEnd.Broken)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        var task = world.Task("code-1-t1");
        Assert.Equal("coder", task.Spec.AgentRef!.Name);
        Assert.Null(task.Spec.Payload.Prompt);
        Assert.Contains("Fix small bugs.\n\nThis work was done before", task.Spec.Payload.PromptPrefix, StringComparison.Ordinal);
        Assert.Contains("It ended with CloneFailed.", task.Spec.Payload.PromptPrefix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_without_a_verdict_is_done_again_first_and_then_by_another_reviewer()
    {
        var spec = Batch with { EscalationReviewerAgentRefs = Given.Refs("judge"), EscalateOnFailure = true };
        var world = World.Of("w", spec, ("review-1-0", RunEnd.OutOfTurns), ("review-1-0-t1", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 escalate-1-0 review-1-0 review-1-0-t1 verify-1", world.Steps);
        Assert.Equal(Reasons.BaseReviewerFailureEscalation, world.Condition(ConditionTypes.EscalationTriggered)!.Reason);
        Assert.Equal((true, true, null), (world.Entry("review-1-0").Superseded, world.Entry("review-1-0-t1").Superseded, world.Entry("escalate-1-0").Superseded));
        var task = world.Task("escalate-1-0");
        Assert.Equal(("judge", true, "w-code-1"), (task.Spec.AgentRef!.Name, task.Spec.Payload.OpenPullRequest ?? false, Assert.Single(task.Spec.DependsOn!)));
        Assert.Equal((3, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void Another_reviewer_that_refuses_in_the_place_of_the_first_fails_the_Workload()
    {
        var spec = Batch with { RetryPolicy = null, EscalationReviewerAgentRefs = Given.Refs("judge"), EscalateOnFailure = true };
        var world = World.Of("w", spec, ("review-1-0", RunEnd.OutOfTurns), ("escalate-1-0", RunEnd.Refusal)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-1 escalate-1-0 review-1-0 verify-1", world.Steps);
        Assert.Equal((2, 0, 1, 0, 0), world.Counts);
    }

    [Fact]
    public void The_most_rounds_of_revision_are_told_where_more_are_asked_for()
    {
        (string, RunEnd)[] refusals = [.. Enumerable.Range(0, 30).Select(r => (r == 0 ? "review-1-0" : $"review-1-0-r{r}", RunEnd.Refusal))];

        var world = World.Of("w", Batch with { RetryPolicy = null, MaxReviewIterations = 25 }, refusals).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal(20, world.Status.ReviewIterations);
        Assert.Equal(
            (Reasons.ReviewIterationsCap, "spec.maxReviewIterations 25: 20 rounds of revision are the most that an issue gets, and reviews of issues 1 still refuse."),
            (world.Condition(ConditionTypes.Truncated)!.Reason, world.Condition(ConditionTypes.Truncated)!.Message));
        Assert.Null(World.Of("w", Batch with { RetryPolicy = null, MaxReviewIterations = 20 }, refusals).Settle().Condition(ConditionTypes.Truncated));
    }

    [Fact]
    public void Without_a_policy_checks_that_fail_end_it() => Assert.Equal(
        "code-1 review-1-0 verify-1", World.Of("w", Batch with { RetryPolicy = null }, ("verify-1", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed).Steps);

    [Fact]
    public void A_refusal_is_revised_and_not_retried()
    {
        var world = World.Of("w", Batch, ("review-1-0", RunEnd.Refusal)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-r1 review-1-0 review-1-0-r1 verify-1 verify-1-r1", world.Steps);
        Assert.Null(world.Status.Retries);
    }

    [Fact]
    public void A_refusal_after_a_retry_is_revised()
    {
        var world = World.Of("w", Batch, ("verify-1", RunEnd.GateFail), ("review-1-0-t1", RunEnd.Refusal)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-r1 code-1-t1 review-1-0 review-1-0-r1 review-1-0-t1 verify-1 verify-1-r1 verify-1-t1", world.Steps);
        Assert.Contains("An empty cart is not handled.", world.Task("code-1-r1").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.True(world.Entry("code-1-t1").Superseded);
        Assert.Equal((3, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void A_revision_is_retried_as_well()
    {
        var world = World.Of("w", Batch, ("review-1-0", RunEnd.Refusal), ("verify-1-r1", RunEnd.GateFail)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-r1 code-1-r1-t1 review-1-0 review-1-0-r1 review-1-0-r1-t1 verify-1 verify-1-r1 verify-1-r1-t1", world.Steps);
        Assert.Contains("A review refused the last change", world.Task("code-1-r1-t1").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("test: 2 failed", world.Task("code-1-r1-t1").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_without_a_verdict_is_done_again_by_itself_and_then_heard()
    {
        var world = World.Of("w", Batch with { ReviewerAgentRefs = Given.Refs("reader", "critic") }, ("review-1-0", RunEnd.OutOfTurns), ("review-1-1", RunEnd.Refusal), ("review-1-0-t1", RunEnd.Refusal))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-r1 review-1-0 review-1-0-r1 review-1-0-t1 review-1-1 review-1-1-r1 verify-1 verify-1-r1", world.Steps);
        Assert.Contains("step=\"review-1-0-t1\"", world.Task("code-1-r1").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_coder_comes_after_the_last_retry()
    {
        var spec = Batch with { EscalationCoderAgentRef = Given.Ref("senior"), EscalateOnFailure = true };
        var world = World.Of("w", spec, ("code-1", RunEnd.OutOfTurns), ("code-1-t1", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-esc code-1-t1 review-1-0 review-1-0-t1 review-1-esc-0 verify-1 verify-1-esc verify-1-t1", world.Steps);
        Assert.True(world.Entry("code-1-t1").Superseded);
        Assert.Equal((3, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void The_escalation_is_retried_as_well()
    {
        var spec = Batch with { ReviewerAgentRefs = null, EscalationCoderAgentRef = Given.Ref("senior"), RevisionCoderAgentRef = Given.Ref("reviser") };
        var world = World.Of("w", spec, ("code-1", RunEnd.GaveUp), ("code-1-t1", RunEnd.GaveUp), ("verify-1-esc", RunEnd.GateFail)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-esc code-1-esc-t1 code-1-t1 verify-1 verify-1-esc verify-1-esc-t1 verify-1-t1", world.Steps);
        Assert.Equal("senior", world.Task("code-1-esc-t1").Spec.AgentRef!.Name);
        Assert.Equal("foreman/w/issue-1-esc", world.Task("code-1-esc-t1").Spec.Payload.ReviseFromBranch);
    }

    [Fact]
    public void Further_reviewers_are_retried_as_well()
    {
        var spec = Batch with { MaxReviewIterations = 0, EscalationReviewerAgentRefs = Given.Refs("judge") };
        var world = World.Of("w", spec, ("review-1-0", RunEnd.Refusal), ("escalate-1-0", RunEnd.OutOfTurns)).Settle();

        Assert.Equal("code-1 escalate-1-0 escalate-1-0-t1 review-1-0 verify-1", world.Steps);
    }

    [Fact]
    public void What_was_escalated_is_not_retried_when_the_policy_allows_more()
    {
        var spec = Batch with { EscalationCoderAgentRef = Given.Ref("senior"), EscalateOnFailure = true };
        var world = World.Of("w", spec, ("code-1", RunEnd.OutOfTurns), ("code-1-t1", RunEnd.OutOfTurns)).Settle();
        var steps = world.Steps;

        world.Edit(s => s with { RetryPolicy = new() { Limit = 5 } });

        Assert.Equal(steps, world.Settle().Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_review_that_further_reviewers_followed_is_not_retried_when_the_policy_allows_more(bool isRefused)
    {
        var spec = Batch with { MaxReviewIterations = 0, ReviewerAgentRefs = Given.Refs("reader", "critic"), EscalationReviewerAgentRefs = Given.Refs("judge"), EscalateOnFailure = true, RetryPolicy = null };
        var world = World.Of("w", spec, ("review-1-0", RunEnd.OutOfTurns), ("review-1-1", isRefused ? RunEnd.Refusal : RunEnd.Go)).Settle();
        var (steps, counts) = (world.Steps, world.Counts);
        Assert.Equal("code-1 escalate-1-0 review-1-0 review-1-1 verify-1", steps);

        world.Edit(s => s with { RetryPolicy = new() { Limit = 5 } });

        Assert.Equal((steps, counts), (world.Settle().Steps, world.Counts));
        Assert.Equal(!isRefused, world.Entry("review-1-0").Superseded ?? false);
    }

    [Fact]
    public void A_round_after_further_reviewers_is_retried_as_ever()
    {
        var spec = Batch with { MaxReviewIterations = 0, EscalationReviewerAgentRefs = Given.Refs("judge") };
        var world = World.Of("w", spec, ("review-1-0", RunEnd.Refusal), ("code-1-r1", RunEnd.Broken)).Settle();
        Assert.Equal("code-1 escalate-1-0 review-1-0 verify-1", world.Steps);

        world.Edit(s => s with { MaxReviewIterations = 1 });

        Assert.Contains(" code-1-r1-t1 ", world.Settle().Steps, StringComparison.Ordinal);
    }

    [Fact]
    public void Further_reviews_that_were_made_keep_their_room()
    {
        var spec = Given.Batch(1, 2) with { VerifierAgentRef = null, ReviewerAgentRefs = Given.Refs("reader"), EscalationReviewerAgentRefs = Given.Refs("judge"), MaxTasks = 7 };
        var first = World.Of("w", spec with { MaxReviewIterations = 0 }, ("review-1-0", RunEnd.Refusal), ("review-2-0", RunEnd.Refusal)).Settle();
        Assert.Equal(6, first.Tasks.Count);

        first.Edit(s => s with { MaxReviewIterations = 1 });
        first.Settle();

        Assert.InRange(first.Tasks.Count, 6, 7);
    }

    [Theory]
    [InlineData("code-1")]
    [InlineData("verify-1")]
    [InlineData("review-1-0")]
    [InlineData("code-1-r1")]
    [InlineData("verify-1-r1")]
    public void A_retry_without_room_keeps_nothing_away_that_would_have_room(string fails)
    {
        var refused = 0;
        foreach (var (end, reviewers, hasVerifier) in
            from end in new[] { RunEnd.GaveUp, RunEnd.OutOfTurns, RunEnd.GateFail, RunEnd.Broken }
            from reviewers in new[] { Array.Empty<string>(), ["reader"], ["reader", "critic"] }
            from hasVerifier in new[] { false, true }
            where end != RunEnd.GateFail || !fails.StartsWith("review", StringComparison.Ordinal)
            select (end, reviewers, hasVerifier))
        {
            var spec = Batch with
            {
                VerifierAgentRef = hasVerifier ? Batch.VerifierAgentRef : null,
                ReviewerAgentRefs = Given.Refs(reviewers),
                EscalationCoderAgentRef = Given.Ref("senior"),
                EscalateOnFailure = true,
                EscalationReviewerAgentRefs = Given.Refs("judge"),
            };
            for (var tasks = 1; tasks <= 12; tasks++)
            {
                (string, RunEnd)[] ends = [(fails, end), ("review-1-1", RunEnd.Refusal), .. fails == "review-1-0" ? Array.Empty<(string, RunEnd)>() : [("review-1-0", RunEnd.Refusal)]];
                var world = World.Of("w", spec with { MaxTasks = tasks }, ends).Settle();
                if (world.Status.Retries is not null || world.Condition(ConditionTypes.Truncated)?.Reason != Reasons.MaxTasksRetryCap)
                {
                    continue;
                }

                refused++;
                Assert.Equal(World.Of("w", spec with { MaxTasks = tasks, RetryPolicy = null }, ends).Settle().Steps, world.Steps);
            }
        }

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void A_retry_needs_room_below_the_cap_of_tasks()
    {
        var world = World.Of("w", Batch with { MaxTasks = 5 }, ("verify-1", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("code-1 review-1-0 verify-1", world.Steps);
        Assert.Equal(Reasons.MaxTasksRetryCap, world.Condition(ConditionTypes.Truncated)!.Reason);
    }
}
