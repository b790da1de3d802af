using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>People suspend, cancel, edit and delete while a Workload goes on.</summary>
public sealed class InterferenceTests
{
    [Fact]
    public void A_Workload_that_is_suspended_from_the_start_shows_its_plan_and_makes_nothing()
    {
        var world = World.Of("w", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader"), Suspend = true }).Settle();

        Assert.Empty(world.Tasks);
        Assert.Equal(WorkloadPhase.Planned, world.Status.Phase);
        Assert.Equal(["code-1", "verify-1", "review-1-0"], world.Status.Plan!.Select(s => s.Name));
        Assert.Equal(Reasons.Suspended, world.Condition(ConditionTypes.Suspended)!.Reason);

        world.Edit(s => s with { Suspend = false });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Null(world.Condition(ConditionTypes.Suspended));
    }

    [Fact]
    public void A_suspended_Workload_makes_no_revision_until_it_is_resumed()
    {
        var world = World.Of("w", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") }, ("review-1-0", RunEnd.Refusal));
        while (world.Tasks.All(t => t.Status.Verdict != Verdict.NoGo))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Edit(s => s with { Suspend = true });
        world.Settle();

        Assert.DoesNotContain("code-1-r1", world.Steps, StringComparison.Ordinal);
        Assert.Equal("Waits until spec.suspend is cleared.", world.Entry("code-1-r1").Message);
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);
        world.Edit(s => s with { Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Fact]
    public void A_task_that_a_person_suspended_stays_so_when_the_Workload_is_resumed()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b")));
        world.Decide();
        world.Edit("a", t => t.With(s => s with { Suspend = true }));
        world.Edit(s => s with { Suspend = true });
        world.Settle();
        world.Edit(s => s with { Suspend = null });
        world.Settle();

        Assert.True(world.Task("a").Spec.Suspend);
        Assert.Equal(StepState.Succeeded, world.Entry("b").State);
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);
    }

    [Fact]
    public void A_cancelled_Workload_cancels_what_waits_and_what_runs_and_makes_nothing_more()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a"), Given.Step("late", "b") with { When = [Verdict.Go] }));
        world.Decide();
        world.Move();
        Assert.Equal(StepState.Running, StepResult.Of(world.Task("a")).State);

        world.Edit(s => s with { Cancel = true });
        world.Ends(WorkloadPhase.Failed, Reasons.Cancelled);

        Assert.Equal("a b", world.Steps);
        Assert.All(world.Tasks, t => Assert.True(t.Status.FailureReason == FailureReason.Cancelled || t.Status.FailureReason == FailureReason.UpstreamFailed));
        Assert.Equal((StepState.NotTaken, "spec.cancel was set before its task was made."), (world.Entry("late").State, world.Entry("late").Message));
    }

    [Fact]
    public void What_had_succeeded_before_a_cancellation_counts()
    {
        var world = World.Of("w", Given.Batch(1, 2));
        while (world.Tasks.Count(t => t.IsTerminal()) < 2)
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Edit(s => s with { Cancel = true });
        world.Ends(WorkloadPhase.Failed, Reasons.Cancelled);

        Assert.Equal((2, 2), (world.Counts.Succeeded, world.Counts.Failed));
    }

    [Fact]
    public void Ended_tasks_that_were_cleaned_up_count_on_and_are_not_made_again()
    {
        var world = World.Of("w", Given.Batch(1, 2) with { ReviewerAgentRefs = Given.Refs("reader") }, ("code-2", RunEnd.Resolved), ("review-1-0", RunEnd.Refusal));
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        var (before, conditions, events) = (world.Counts, world.Status.Conditions, world.Events.Count);

        foreach (var step in world.Steps.Split(' '))
        {
            world.Delete(step);
            world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        }

        Assert.Empty(world.Tasks);
        Assert.Equal(before, world.Counts);
        Assert.Equal(conditions!, world.Status.Conditions!);
        Assert.Equal(events, world.Events.Count);
    }

    [Fact]
    public void What_a_task_said_that_was_cleaned_up_is_still_put_in()
    {
        var told = Given.Step("told", "a", "late").Asking("Tell ${steps.a.summary}") with { When = [Verdict.Go] };
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("late"), told));
        world.Decide();
        while (!world.Task("a").IsTerminal())
        {
            Assert.True(world.Move());
        }

        world.Decide();
        world.Delete("a");
        Assert.False(world.Task("late").IsTerminal());
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("Tell Done.", world.Task("told").Spec.Payload.Prompt);
        Assert.Equal(("Done.", null), (world.Entry("a").Summary, world.Entry("late").Summary));
    }

    [Fact]
    public void An_escalation_follows_from_a_coder_whose_task_was_cleaned_up()
    {
        var world = World.Of("w", Given.Batch(1) with { EscalationCoderAgentRef = Given.Ref("senior") }, ("code-1", RunEnd.GaveUp));
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        world.Delete("code-1");
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.True(world.Entry("code-1").Superseded);
        Assert.Equal("code-1-esc verify-1 verify-1-esc", world.Steps);
    }

    [Fact]
    public void A_task_that_was_deleted_before_its_end_has_failed_and_is_not_made_again()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b")));
        world.Decide();
        world.Delete("a");

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("b", world.Steps);
        Assert.Equal((StepState.Failed, "Its task was deleted before it had ended."), (world.Entry("a").State, world.Entry("a").Message));
        Assert.Equal((1, 1), (world.Counts.Succeeded, world.Counts.Failed));
    }

    [Fact]
    public void What_waits_for_a_task_that_was_deleted_is_cancelled()
    {
        var world = World.Of("w", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") });
        world.Decide();
        world.Delete("code-1");

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal((0, 3), (world.Counts.Succeeded, world.Counts.Failed));
        Assert.Equal(FailureReason.Cancelled, world.Entry("verify-1").Reason);
    }

    [Fact]
    public void What_had_succeeded_counts_for_what_waits_for_it_though_its_task_was_deleted()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b"), Given.Step("c", "a", "b").Asking("Take ${steps.a.summary}")));
        world.Decide();
        while (!world.Task("a").IsTerminal())
        {
            Assert.True(world.Move());
        }

        world.Decide();
        world.Delete("a");
        world.Decide();
        Assert.Equal(["w-b"], world.Task("c").Spec.DependsOn!);
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("b c", 3, "Take Done."), (world.Steps, world.Counts.Succeeded, world.Task("c").Spec.Payload.Prompt));
    }

    [Fact]
    public void A_chain_goes_on_when_each_task_is_deleted_once_it_has_succeeded()
    {
        var world = World.Of("w", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader"), Budget = new() { Tokens = 1000 } });
        while (world.Status.Phase != WorkloadPhase.Completed)
        {
            Assert.True(world.Decide() || world.Move());
            foreach (var step in world.Tasks.Where(t => t.IsTerminal() && (world.Status.Plan ?? []).Any(p => p.Task == t.Name() && p.State == StepState.Succeeded)).Select(World.StepOf).ToArray())
            {
                world.Delete(step);
            }
        }

        Assert.Equal((3, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Tasks.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_a_task_that_was_deleted_are_gone_with_it(bool isForAnyEnd)
    {
        var world = WaitingForAFile(isForAnyEnd);
        world.Delete("a");
        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal((FailureReason.Cancelled, "The task of step a was deleted, and the files that this one takes from it are gone."), (world.Entry("b").Reason, world.Entry("b").Message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_in_the_task_outlives_the_task_that_delivered_it(bool isForAnyEnd)
    {
        var world = WaitingForAFile(isForAnyEnd);
        world.Edit("b", t => t.With(s => s with { Payload = s.Payload with { Inputs = [.. s.Payload.Inputs!.Select(i => i with { Content = [1, 2] })] } }));
        world.Delete("a");
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("b late", 3), (world.Steps, world.Counts.Succeeded));
        Assert.Equal([1, 2], Assert.Single(world.Task("b").Spec.Payload.Inputs!).Content!);
    }

    [Fact]
    public void What_waits_for_a_deleted_task_that_had_nothing_to_do_is_skipped()
    {
        var world = World.Of("w", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") }, ("code-1", RunEnd.Resolved));
        world.Decide();
        while (!world.Task("code-1").IsTerminal())
        {
            Assert.True(world.Move());
        }

        world.Decide();
        world.Delete("code-1");
        world.Ends(WorkloadPhase.Completed, Reasons.AllAlreadyResolved);

        Assert.Equal((0, 1, 0, 0, 0), world.Counts);
        Assert.Equal((StepState.Skipped, StepState.Skipped), (world.Entry("verify-1").State, world.Entry("review-1-0").State));
        Assert.Equal("Step code-1 had nothing to do.", world.Task("verify-1").GetAnnotation(Labels.SkippedBecause));
    }

    [Fact]
    public void A_step_for_a_failure_is_taken_for_a_task_that_was_deleted()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("mend", "a") with { When = [Verdict.Incomplete] }));
        world.Decide();
        world.Delete("a");

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("mend", world.Steps);
    }

    [Fact]
    public void A_step_that_is_added_is_made_and_one_that_is_taken_out_goes_on_as_left_over()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a")));
        world.Decide();

        world.Edit(s => s with { Pipeline = [Given.Step("a"), Given.Step("c", "a")] });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("a b c", world.Steps);
        Assert.Equal((3, "A task from an earlier spec; no step of the plan any more."), (world.Counts.Succeeded, world.Entry("b").Why));
    }

    [Fact]
    public void Tasks_of_an_issue_that_is_taken_out_go_on_to_their_end()
    {
        var world = World.Of("w", Given.Batch(1, 2) with { ReviewerAgentRefs = Given.Refs("reader"), Budget = new() { Tokens = 100 } });
        world.Decide();

        world.Edit(s => s with { Issues = [1] });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((6, 0), (world.Counts.Succeeded, world.Counts.Failed));
        Assert.Equal(["verify-2"], world.Entry("review-2-0").DependsOn!);
    }

    [Fact]
    public void A_left_over_task_is_filled_in_by_another_one()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("Take ${steps.a.summary}")));
        world.Decide();

        world.Edit(s => s with { Pipeline = [Given.Step("c")] });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("Take Done.", world.Task("b").Spec.Payload.Prompt);
    }

    [Fact]
    public void A_number_of_a_step_means_the_same_one_when_others_are_left_out()
    {
        var review = Given.Step("review") with { Kind = TaskKind.Review, AgentRef = Given.Ref("cloud") };
        var spec = Given.Pipeline(review, Given.Step("a"), Given.Step("b"), Given.Step("c", "a", "b").Asking("Take ${steps.1.summary}")) with { AllowCloudReviewers = false };

        var world = World.Of("w", spec, ("a", RunEnd.Go with { Summary = "the first" })).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("Take the first", world.Task("c").Spec.Payload.Prompt);
    }

    [Fact]
    public void Issues_that_are_added_to_a_Workload_that_had_ended_start_it_again()
    {
        var world = World.Of("w", Given.Batch(1)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        world.Edit(s => s with { Issues = [1, 2] });
        world.Decide();
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);
        Assert.Null(world.Condition(ConditionTypes.Completed));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal((4, 2L), (world.Counts.Succeeded, world.Status.ObservedGeneration ?? 0));
    }

    [Fact]
    public void A_larger_cap_makes_room_for_what_was_refused()
    {
        var world = World.Of("w", Given.Batch(1) with { MaxTasks = 3, ReviewerAgentRefs = Given.Refs("reader") }, ("review-1-0", RunEnd.Refusal));
        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        world.Edit(s => s with { MaxTasks = 6 });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Null(world.Condition(ConditionTypes.Truncated));
    }

    [Fact]
    public void A_spec_that_becomes_invalid_lets_its_tasks_end_and_then_fails()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a")));
        world.Decide();

        world.Edit(s => s with { Pipeline = [Given.Step("a", "b"), Given.Step("b", "a")] });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);

        Assert.Equal("a b", world.Steps);
        Assert.Equal((2, 0), (world.Counts.Succeeded, world.Counts.Failed));
        Assert.Equal((Conditions.False, Reasons.InvalidPlan), (world.Condition(ConditionTypes.Planned)!.Status, world.Condition(ConditionTypes.Planned)!.Reason));
    }

    [Fact]
    public void Left_over_tasks_are_suspended_and_cancelled_with_the_others()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b")));
        world.Decide();
        world.Edit(s => s with { Pipeline = [Given.Step("a")], Suspend = true });
        world.Settle();
        Assert.All(world.Tasks, t => Assert.True(t.Spec.Suspend));

        world.Edit(s => s with { Suspend = null, Cancel = true });
        world.Ends(WorkloadPhase.Failed, Reasons.Cancelled);

        Assert.All(world.Tasks, t => Assert.Equal(FailureReason.Cancelled, t.Status.FailureReason));
    }

    [Fact]
    public void A_Workload_waits_for_its_Agents_and_begins_when_they_come()
    {
        var world = World.Of("w", Given.Batch(1));
        world.Agents = new Dictionary<string, Agent>();
        world.Settle();
        Assert.Equal((WorkloadPhase.Planning, "No Agent \"coder\", \"gate\" in this namespace; create them, or name others. The Workload waits."), (world.Status.Phase ?? default, world.Condition(ConditionTypes.Planned)!.Message));

        world.Agents = Given.Agents;
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(Reasons.AgentResolveFailed, Assert.Single(world.Events, e => e.Warning).Reason);
    }

    [Fact]
    public void A_budget_of_tokens_ends_a_Workload_that_uses_it_up()
    {
        var greedy = RunEnd.Go with { Usage = new() { PromptTokens = 50 } };
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a")) with { Budget = new() { Tokens = 50 } }, ("a", greedy));

        world.Ends(WorkloadPhase.Failed, Reasons.BudgetExhausted);

        Assert.Equal((1, 1), (world.Counts.Succeeded, world.Counts.Failed));
        Assert.Equal(FailureReason.BudgetExhausted, world.Entry("b").Reason);
        Assert.Equal(50, world.Status.Usage!.PromptTokens);
    }

    [Fact]
    public void A_budget_that_is_raised_before_it_is_used_up_is_given_out()
    {
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("b")) with { Budget = new() { Seconds = 1 } });
        world.Decide();
        world.Decide();
        Assert.Equal("Waits for a part of spec.budget.", world.Entry("b").Message);

        world.Edit(s => s with { Budget = new() { Seconds = 100 } });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((1, 99), (world.Task("a").Spec.Budget!.Seconds ?? 0, world.Task("b").Spec.Budget!.Seconds ?? 0));
    }

    // Step b takes a file from a, which has ended, and waits for late.
    private static World WaitingForAFile(bool isForAnyEnd)
    {
        var takes = Given.Step("b", "a", "late") with { When = isForAnyEnd ? [Verdict.Go] : null };
        takes = takes with { Payload = takes.Payload with { Inputs = [new() { Path = "in.txt", FromTask = new() { Name = "a", Path = "out.txt" } }] } };
        var world = World.Of("w", Given.Pipeline(Given.Step("a"), Given.Step("late"), takes));
        world.Decide();
        while (!world.Tasks.Any(t => World.StepOf(t) == "b") || !world.Task("a").IsTerminal())
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Decide();
        return world;
    }
}
