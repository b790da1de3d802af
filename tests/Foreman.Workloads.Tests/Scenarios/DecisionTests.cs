using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>Ends that ask people, and what answers lead to.</summary>
public sealed class DecisionTests
{
    private static readonly RunEnd Asks = RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":"Which of both tables holds it?"}}""") };

    private static readonly WorkloadSpec Reviewed = Given.Batch(1) with
    {
        ReviewerAgentRefs = Given.Refs("reader"),
        EscalationCoderAgentRef = Given.Ref("senior"),
        EscalateOnFailure = true,
        RetryPolicy = new() { Limit = 2 },
    };

    [Fact]
    public void A_question_parks_the_Workload_and_is_told_once()
    {
        var world = World.Of("w", Reviewed, ("code-1", Asks)).Settle();

        Assert.Equal("code-1 review-1-0 verify-1", world.Steps);
        Assert.Equal((WorkloadPhase?)WorkloadPhase.Dispatched, world.Status.Phase);
        Assert.Null(world.Condition(ConditionTypes.Completed));
        var condition = world.Condition(ConditionTypes.NeedsDecision)!;
        Assert.Equal(("True", Reasons.QuestionAsked, "Step code-1 asks: Which of both tables holds it?"), (condition.Status, condition.Reason, condition.Message));
        Assert.Equal(new WorkloadQuestion { Step = "code-1", Question = "Which of both tables holds it?" }, Assert.Single(world.Status.Questions!));
        Assert.Single(world.Events, e => e.Reason == Reasons.QuestionAsked && e.Warning);
        Assert.False(world.Decide());
    }

    [Fact]
    public void An_answer_has_the_work_done_again_by_it()
    {
        var world = Answered(World.Of("w", Reviewed, ("code-1", Asks)), "code-1", "The newer one, ${not} the ${steps.x.branch}.")
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-t1 review-1-0 review-1-0-t1 verify-1 verify-1-t1", world.Steps);
        var told = world.Task("code-1-t1").Spec.Payload.PromptPrefix!;
        Assert.Contains("<question step=\"code-1\">\nWhich of both tables holds it?\n</question>\nThe person's answer:\nThe newer one, ${not} the ${steps.x.branch}.", told, StringComparison.Ordinal);
        Assert.EndsWith("Nothing of it is kept: begin anew.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Mend each of these points", told, StringComparison.Ordinal);
        Assert.Equal("issue 1, again: a person answered the question of code-1", world.Entry("code-1-t1").Why);
        Assert.Equal("The newer one, ${not} the ${steps.x.branch}.", Assert.Single(world.Status.Questions!).Answer);
        Assert.Null(world.Condition(ConditionTypes.NeedsDecision));
    }

    [Fact]
    public void An_answer_needs_no_policy_and_uses_none_up()
    {
        var world = Answered(World.Of("w", Given.Batch(1), ("code-1", Asks)), "code-1", "Both.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("code-1 code-1-t1 verify-1 verify-1-t1", world.Steps);

        var once = Reviewed with { RetryPolicy = new() { Limit = 1 }, ReviewerAgentRefs = null };
        var again = Answered(World.Of("w", once, ("code-1", Asks), ("code-1-t1", RunEnd.OutOfTurns)), "code-1", "Both.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("code-1 code-1-t1 code-1-t2 verify-1 verify-1-t1 verify-1-t2", again.Steps);
        Assert.Contains("The person's answer:\nBoth.", again.Task("code-1-t2").Spec.Payload.PromptPrefix, StringComparison.Ordinal);
        Assert.Contains("It ended with MaxTurnsExhausted.", again.Task("code-1-t2").Spec.Payload.PromptPrefix, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_question_wants_an_answer_of_its_own()
    {
        var world = Answered(World.Of("w", Given.Batch(1), ("code-1", Asks), ("code-1-t1", Asks)), "code-1", "Both.").Settle();
        Assert.Equal("Step code-1-t1 asks: Which of both tables holds it?", world.Condition(ConditionTypes.NeedsDecision)!.Message);

        Answered(world, "code-1-t1", "Really both.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(["Both.", "Really both."], world.Status.Questions!.Select(q => q.Answer));
        Assert.Contains("Really both.", world.Task("code-1-t2").Spec.Payload.PromptPrefix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_is_given_up_stands_as_it_ended_and_goes_to_nobody_else()
    {
        var world = Answered(World.Of("w", Reviewed, ("code-1", Asks)), "code-1", "abandon").Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("code-1 review-1-0 verify-1", world.Steps);
        Assert.Equal("abandon", Assert.Single(world.Status.Questions!).Answer);
    }

    [Fact]
    public void Later_rounds_and_another_coder_hear_what_was_decided()
    {
        var world = World.Of("w", Reviewed with { RetryPolicy = null }, ("code-1", Asks), ("review-1-0-t1", RunEnd.Refusal), ("code-1-r1", RunEnd.OutOfTurns));

        Answered(world, "code-1", "Both.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-esc code-1-r1 code-1-t1 review-1-0 review-1-0-r1 review-1-0-t1 review-1-esc-0 verify-1 verify-1-esc verify-1-r1 verify-1-t1", world.Steps);
        Assert.All((string[])["code-1-r1", "code-1-esc"], s => Assert.Contains("The person's answer:\nBoth.", world.Task(s).Spec.Payload.Prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void What_follows_a_question_by_a_verdict_waits_for_the_answer()
    {
        var spec = Given.Pipeline(Given.Step("a"), Given.Step("mend", "a") with { When = [Verdict.NoGo] }, Given.Step("tell", "mend"));
        var world = World.Of("w", spec, ("a", Asks)).Settle();

        Assert.Equal("a", world.Steps);
        Assert.Equal("Waits for a person's answer to step a.", world.Entry("mend").Message);
        Assert.Equal("Waits for step mend.", world.Entry("tell").Message);

        Assert.Equal("a a-t1", Answered(world, "a", "Yes.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
        Assert.Equal("a mend tell", Answered(World.Of("w", spec, ("a", Asks)), "a", "abandon").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
    }

    [Fact]
    public void A_task_behind_a_step_that_was_not_taken_follows_what_came_before_that_one()
    {
        var spec = Given.Pipeline(
            Given.Step("a"), Given.Step("b"), Given.Step("mend", "a", "b") with { When = [Verdict.NoGo] }, Given.Step("tell", "mend", "b") with { When = [Verdict.Go, Verdict.Skipped] });
        var world = World.Of("w", spec).Settle();

        Assert.Equal((StepState.NotTaken, "b, a"), (world.Entry("mend").State, world.Task("tell").GetAnnotation(Labels.Follows)));
    }

    [Fact]
    public void What_follows_a_question_over_other_steps_waits_for_the_answer_too()
    {
        var spec = Given.Pipeline(Given.Step("a"), Given.Step("look", "a"), Given.Step("mend", "look") with { When = [Verdict.NoGo, Verdict.Incomplete] });
        var world = World.Of("w", spec, ("a", Asks)).Settle();

        Assert.Equal(("a look", "Waits for a person's answer to step a."), (world.Steps, world.Entry("mend").Message));

        Assert.Equal("a a-t1 look look-t1", Answered(world, "a", "Yes.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
        Assert.Equal("a look mend", Answered(World.Of("w", spec, ("a", Asks)), "a", "abandon").Settle().Steps);
    }

    [Fact]
    public void A_mistake_in_the_spec_loses_no_question_and_no_answer()
    {
        var spec = Given.Pipeline(Given.Step("a"), Given.Step("b"));
        var world = Answered(World.Of("w", spec, ("a", Asks), ("b", Asks)), "a", "One.").Settle();

        world.Edit(s => s with { Pipeline = [Given.Step("a", "b"), Given.Step("b", "a")], Decision = new() { Step = "b", Answer = "Two." } });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Equal(["One.", null], world.Status.Questions!.Select(q => q.Answer));
        Assert.DoesNotContain(world.Events, e => e.Reason == Reasons.AnswerIgnored);

        world.Edit(s => s with { Pipeline = spec.Pipeline });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal(["One.", "Two."], world.Status.Questions!.Select(q => q.Answer));
        Assert.Equal("a a-t1 b b-t1", world.Steps);
    }

    [Fact]
    public void Other_issues_go_on_and_several_questions_are_answered_one_after_the_other()
    {
        var world = World.Of("w", Given.Batch(1, 2, 3), ("code-1", Asks), ("code-3", Asks)).Settle();
        Assert.Equal(["code-1", "code-3"], world.Status.Questions!.Select(q => q.Step));
        Assert.Equal((2, 0, 2, 2, 0), world.Counts);

        Answered(world, "code-3", "Both.").Settle();
        Assert.Equal("Step code-1 asks: Which of both tables holds it?", world.Condition(ConditionTypes.NeedsDecision)!.Message);

        Answered(world, "code-1", "None.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal((6, 0, 0, 0, 0), world.Counts);
        Assert.Equal(["None.", "Both."], world.Status.Questions!.Select(q => q.Answer));
    }

    [Fact]
    public void An_answer_to_nothing_is_ignored_and_told_once()
    {
        var world = World.Of("w", Given.Batch(1), ("code-1", Asks)).Settle();

        Answered(world, "code-7", "Both.").Settle();

        Assert.Single(world.Events, e => e.Reason == Reasons.AnswerIgnored && e.Warning && e.Message == "spec.decision answers step code-7, which asks nothing; it is ignored.");
        Assert.Null(Assert.Single(world.Status.Questions!).Answer);
        Assert.Equal("code-1 verify-1", world.Steps);
    }

    [Fact]
    public void A_cancelled_Workload_asks_nothing_more()
    {
        var world = World.Of("w", Given.Batch(1), ("code-1", Asks)).Settle();

        world.Edit(s => s with { Cancel = true });

        world.Ends(WorkloadPhase.Failed, Reasons.Cancelled);
        Assert.Null(world.Condition(ConditionTypes.NeedsDecision));
    }

    [Fact]
    public void A_question_outlives_its_task()
    {
        var world = World.Of("w", Given.Batch(1), ("code-1", Asks)).Settle();
        world.Delete("code-1");
        world.Settle();

        Assert.Equal((WorkloadPhase?)WorkloadPhase.Dispatched, world.Status.Phase);
        Assert.NotNull(world.Condition(ConditionTypes.NeedsDecision));
        Answered(world, "code-1", "Both.").Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Contains("Which of both tables holds it?", world.Task("code-1-t1").Spec.Payload.PromptPrefix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_whose_next_time_would_have_anothers_name_ends_as_it_did() => Assert.Equal(
        "fix fix-t1",
        World.Of("w", Given.Pipeline(Given.Step("fix"), Given.Step("fix-t1")), ("fix", Asks)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete).Steps);

    [Fact]
    public void An_answer_without_room_for_a_task_is_told()
    {
        var world = Answered(World.Of("w", Given.Batch(1) with { MaxTasks = 2 }, ("code-1", Asks)), "code-1", "Both.").Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal(Reasons.MaxTasksRetryCap, world.Condition(ConditionTypes.Truncated)!.Reason);
        world.Edit(s => s with { MaxTasks = 4 });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_stop_after_any_write_changes_nothing(int movesWhileDown)
    {
        var whole = Play(movesWhileDown);
        Assert.True(whole.Writes.Count > 8, "too few writes to stop after");
        for (var writes = 1; writes <= whole.Writes.Count; writes++)
        {
            Assert.Equal(whole.Shown(), Play(movesWhileDown, writes).Shown());
        }

        Assert.Equal(whole.Shown(), Play(movesWhileDown, each: true).Shown());
    }

    private static World Play(int movesWhileDown, int? diesAfter = null, bool each = false)
    {
        var script = World.Script(("code-1", Asks), ("code-1-t1", Asks), ("code-2", Asks), ("review-2-0-t1", RunEnd.Refusal));
        var world = new World(Given.Workload("w", Reviewed with { Issues = [1, 2] }), script) { MovesWhileDown = movesWhileDown, DiesAfterEach = each, DiesAfter = diesAfter };
        foreach (var (step, answer) in ((string, string)[])[("code-1", "Both."), ("code-2", "One."), ("code-1-t1", "abandon")])
        {
            world.Settle();
            Answered(world, step, answer);
        }

        return world.Settle();
    }

    private static World Answered(World world, string step, string answer)
    {
        world.Settle();
        world.Edit(s => s with { Decision = new() { Step = step, Answer = answer } });
        return world;
    }
}
