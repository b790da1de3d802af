using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads.Tests.Scenarios;
using static Foreman.Workloads.Tests.FollowUps.FollowScene;

namespace Foreman.Workloads.Tests.FollowUps;

/// <summary>What follows when a revision does not mend it: further ones, another coder, a person.</summary>
public sealed class FollowUpRoundsTests
{
    private const string First = "code-1 verify-1";
    private const string Both = "code-1 code-1-f1 code-1-f2 verify-1 verify-1-f1 verify-1-f2";

    private static WorkloadSpec Senior => Batch(1) with { EscalationCoderAgentRef = Given.Ref("senior") };

    [Theory]
    [InlineData(null, Both, "code-1-f2=?")]
    [InlineData(0, First, "code-1=?")]
    [InlineData(1, "code-1 code-1-f1 verify-1 verify-1-f1", "code-1-f1=?")]
    public void After_the_last_revision_a_person_is_asked(int? most, string steps, string asked)
    {
        var world = Play(Batch(1) with { FollowUp = new() { MaxRevisions = most } }, Red).Settle();

        Assert.Equal((steps, asked, WorkloadPhase.Dispatched), (world.Steps, world.Asked(), world.Status.Phase));
        Assert.Equal(FollowUpState.NeedsDecision, world.Followed().State);
        Assert.Equal((Conditions.True, Reasons.QuestionAsked), (world.Condition(ConditionTypes.NeedsDecision)!.Status, world.Condition(ConditionTypes.NeedsDecision)!.Reason));
        Assert.Contains("Failed checks: unit.", Assert.Single(world.Status.Questions!).Question, StringComparison.Ordinal);
        Assert.Single(world.Events, e => e.Reason == Reasons.QuestionAsked);
        Assert.False(world.Decide());
    }

    [Fact]
    public void The_escalation_coder_tries_once_on_the_same_branch_before_a_person_is_asked()
    {
        var world = Play(Senior, Red).Settle();

        Assert.Equal("code-1 code-1-f1 code-1-f2 code-1-fesc verify-1 verify-1-f1 verify-1-f2 verify-1-fesc", world.Steps);
        var task = world.Task("code-1-fesc").Spec;
        Assert.Equal(("senior", "foreman/w/issue-1", "foreman/w/issue-1"), (task.AgentRef!.Name, task.Payload.Branch, task.Payload.ReviseFromBranch));
        Assert.Equal(("code-1-fesc=?", 3), (world.Asked(), world.Followed().Revisions));
        Assert.Contains("It was revised by code-1-f1 (GO), code-1-f2 (GO), code-1-fesc (GO).", world.Status.Questions![0].Question, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_is_told_to_another_revision()
    {
        var world = Play(Senior, s => s == "code-1-f3" ? Green(s) : Red(s)).Settle();

        world.Edit(s => s with { Decision = new() { Step = "code-1-fesc", Answer = "Leave out the ${steps.x.branch} test." } });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Contains("says what to do:\nLeave out the ${steps.x.branch} test.\n", world.Task("code-1-f3").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal("code-1-fesc=Leave out the ${steps.x.branch} test.", world.Asked());
        Assert.Null(world.Condition(ConditionTypes.NeedsDecision));
    }

    [Fact]
    public void Each_question_has_an_answer_of_its_own()
    {
        var world = Play(Batch(1), Red).Settle();

        world.Edit(s => s with { Decision = new() { Step = "code-1-f2", Answer = "Try again." } });
        world.Settle();
        Assert.Equal("code-1-f2=Try again. code-1-f3=?", world.Asked());
        world.Edit(s => s with { Decision = new() { Step = "code-1-f3", Answer = "And again." } });
        world.Settle();

        Assert.Equal("code-1-f2=Try again. code-1-f3=And again. code-1-f4=?", world.Asked());
        Assert.Equal(5, world.Steps.Split(' ').Count(s => s.StartsWith("code", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_answer_to_what_was_not_asked_does_nothing()
    {
        var world = Play(Batch(1) with { Decision = new() { Step = "code-7", Answer = "abandon" } }, Red).Settle();

        Assert.Equal("code-1-f2=?", world.Asked());
    }

    [Theory]
    [InlineData("abandon")]
    [InlineData(" Abandon ")]
    public void What_is_given_up_fails_the_Workload(string answer)
    {
        var world = Play(Batch(1), Red).Settle();

        world.Edit(s => s with { Decision = new() { Step = "code-1-f2", Answer = answer } });
        world.Ends(WorkloadPhase.Failed, Reasons.PullRequestAbandoned);

        Assert.Equal((Both, "A person gave it up; it is not followed any more."), (world.Steps, world.Followed().Message));
    }

    [Fact]
    public void What_is_given_up_fails_for_that_although_its_last_revision_failed()
    {
        var world = Play(Batch(1) with { FollowUp = new() { MaxRevisions = 1 } }, s => Red("code-1") with { Step = s }, ("code-1-f1", RunEnd.OutOfTurns)).Settle();
        Assert.Equal("code-1-f1=?", world.Asked());

        world.Edit(s => s with { Decision = new() { Step = "code-1-f1", Answer = "abandon" } });

        world.Ends(WorkloadPhase.Failed, Reasons.PullRequestAbandoned);
        Assert.NotEqual((0, 0), (world.Counts.Failed, world.Counts.Incomplete));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void When_more_revisions_are_allowed_after_the_escalation_coder_one_runs_at_a_time(int most)
    {
        var world = new World(Given.Workload("w", Senior), t => World.StepOf(t) == "code-1-f3" ? null : Opening(t));
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = f.Step! };
        Assert.Equal("code-1-fesc=?", world.Settle().Asked());

        world.Edit(s => s with { FollowUp = new() { MaxRevisions = most } });
        world.Settle();

        Assert.Equal("code-1-f3", Assert.Single(world.Tasks, t => !t.IsTerminal() && t.Spec.Kind == TaskKind.IssueFix).GetLabel(Labels.Step));
        Assert.Equal(("Revising code-1-fesc", 4), (world.State(), world.Tasks.Count(t => World.StepOf(t).StartsWith("code-1-f", StringComparison.Ordinal))));
    }

    [Fact]
    public void An_escalation_coder_that_is_named_after_an_answered_revision_runs_alone()
    {
        var world = new World(Given.Workload("w", Batch(1)), t => World.StepOf(t) == "code-1-fesc" ? null : Opening(t));
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = f.Step! };
        world.Settle();
        world.Edit(s => s with { Decision = new() { Step = "code-1-f2", Answer = "Try again." } });
        Assert.Equal("code-1-f2=Try again. code-1-f3=?", world.Settle().Asked());

        world.Edit(s => s with { EscalationCoderAgentRef = Given.Ref("senior") });
        world.Settle();
        world.Edit(s => s with { FollowUp = new() { MaxRevisions = 1 } });
        world.Settle();

        Assert.Equal("code-1 code-1-f1 code-1-f2 code-1-f3 code-1-fesc", string.Join(' ', world.Steps.Split(' ').Where(s => s.StartsWith("code", StringComparison.Ordinal))));
        Assert.Equal("Revising code-1-f3", world.State());
    }

    [Fact]
    public void A_revision_whose_task_can_not_be_made_counts_and_a_person_is_asked()
    {
        var fix = Given.Step("fix", "plan") with { Payload = new() { Prompt = "Mend ${steps.plan.output.place}.", Repo = "acme/shop", Branch = "mend", OpenPullRequest = true } };
        var spec = Given.Pipeline(Given.Step("plan"), fix) with { FollowUp = new() };
        var world = new World(Given.Workload("w", spec), t => World.StepOf(t) == "plan" ? RunEnd.Usual(t) with { Extra = Given.Json("""{"outputs":{"place":"total.py"}}""") } : Opening(t));
        world.Settle();
        Assert.Equal("Waiting fix", world.State());
        world.Delete("plan");

        world.Forge = f => Red("fix") with { Url = f.Url, Step = f.Step! };
        world.Settle();

        Assert.Equal(("fix", "fix-f2=?", 2), (world.Steps, world.Asked(), world.Followed().Revisions));
        Assert.Contains("It was revised by fix-f1 (UpstreamFailed), fix-f2 (UpstreamFailed).", world.Status.Questions![0].Question, StringComparison.Ordinal);
        world.Forge = f => Green("fix") with { Url = f.Url, Step = f.Step! };
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Fact]
    public void A_question_closes_by_itself_when_people_mend_or_merge_it()
    {
        var world = Play(Batch(1), Red).Settle();

        world.Forge = f => Green("by hand") with { Url = f.Url, Step = f.Step! };
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Null(world.Status.Questions);
    }

    [Fact]
    public void A_question_stays_while_the_forge_is_not_known()
    {
        var world = Play(Batch(1), Red).Settle();
        var (writes, events) = (world.Writes.Count, world.Events.Count);

        world.Forge = _ => null;

        Assert.False(world.Decide());
        Assert.Equal((writes, events, "code-1-f2=?"), (world.Writes.Count, world.Events.Count, world.Asked()));
    }

    [Fact]
    public void A_revision_that_fails_counts_and_the_next_one_hears_of_it()
    {
        var world = Play(Batch(1), s => s == "code-1-f2" ? Green(s) : Red("code-1") with { Step = s }, ("code-1-f1", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(Both, world.Steps);
        Assert.Contains("<result step=\"code-1-f1\">\nIt ended with MaxTurnsExhausted.", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void A_revision_whose_checks_fail_here_is_followed_by_another_one_though_the_forge_says_nothing()
    {
        var world = Play(Batch(1), s => s == "code-1" ? Red(s) : Green(s), ("verify-1-f1", RunEnd.GateFail)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(Both, world.Steps);
        Assert.Contains("<result step=\"verify-1-f1\">", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_revision_that_wrote_nothing_costs_nothing_once_the_forge_is_content()
    {
        var world = Play(Batch(1), s => s == "code-1" ? Red(s) : Green("code-1") with { Step = s }, ("code-1-f1", RunEnd.GaveUp)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("Ready code-1-f1", true, null), (world.State(), world.Entry("code-1-f1").Superseded, world.Entry("code-1").Superseded));
        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void A_round_that_was_begun_goes_on_as_it_was_begun()
    {
        var world = new World(Given.Workload("w", Batch(1)), t => World.StepOf(t) == "code-1-f1" ? null : Opening(t));
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = f.Step! };
        world.Settle();
        var prompt = world.Task("code-1-f1").Spec.Payload.Prompt;

        world.Forge = f => Green("code-1") with { Url = f.Url, Step = f.Step! };
        world.Settle();

        Assert.Equal(("Revising code-1", prompt, false), (world.State(), world.Task("code-1-f1").Spec.Payload.Prompt, world.Task("code-1-f1").IsTerminal()));
    }

    [Fact]
    public void A_round_that_was_half_made_is_made_whole_without_the_forge()
    {
        var world = Play(Batch(1), s => s == "code-1" ? Red(s) : Green(s)).Settle();
        var tasks = world.Tasks.Where(t => World.StepOf(t) != "verify-1-f1").ToArray();

        var decision = WorkloadEngine.Decide(new(Given.Workload("w", Batch(1))) { Children = tasks, Agents = Given.Agents }, Given.Now);

        Assert.Equal("verify-1-f1", decision.Made());
    }

    [Fact]
    public void Without_room_for_a_revision_a_person_is_told_and_one_that_finds_room_later_begins()
    {
        var world = Play(Batch(1) with { MaxTasks = 3 }, s => s == "code-1" ? Red(s) : Green(s)).Settle();
        Assert.Equal((First, Reasons.MaxTasksFollowUpCap), (world.Steps, world.Condition(ConditionTypes.Truncated)!.Reason));
        Assert.Contains("There is no room for another revision: spec.maxTasks 3", world.Status.Questions![0].Question, StringComparison.Ordinal);

        world.Edit(s => s with { Decision = new() { Step = "code-1", Answer = "Go on." } });
        Assert.Equal("code-1=?", world.Settle().Asked());
        world.Edit(s => s with { MaxTasks = 4, Decision = null });

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("code-1 code-1-f1 verify-1 verify-1-f1", world.Steps);
    }

    [Fact]
    public void An_answer_that_finds_no_room_is_told_and_another_one_can_be_given()
    {
        var world = Play(Batch(1) with { MaxTasks = 6 }, Red).Settle();
        Assert.Contains("Answer with what the next revision shall do", world.Status.Questions![0].Question, StringComparison.Ordinal);

        world.Edit(s => s with { Decision = new() { Step = "code-1-f2", Answer = "Try again." } });
        world.Settle();

        Assert.Equal((Both, "code-1-f2=?"), (world.Steps, world.Asked()));
        Assert.Contains("There is no room for another revision: spec.maxTasks 6", world.Status.Questions![0].Question, StringComparison.Ordinal);
        Assert.Single(world.Events, e => e.Reason == Reasons.AnswerIgnored && e.Message == "spec.decision answers step code-1-f2, but it can't be done, and the question is still open; it is ignored.");
        Assert.False(world.Decide());
        world.Edit(s => s with { Decision = new() { Step = "code-1-f2", Answer = "abandon" } });
        world.Ends(WorkloadPhase.Failed, Reasons.PullRequestAbandoned);
    }

    [Fact]
    public void What_the_coder_of_a_revision_asks_is_answered_before_another_one_begins()
    {
        var asks = RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":"Which of both tables holds it?"}}""") };
        var world = Play(Senior, s => s == "code-1-f2" ? Green(s) : Red("code-1") with { Step = s }, ("code-1-f1", asks)).Settle();

        Assert.Equal(("code-1-f1=?", FollowUpState.NeedsDecision), (world.Asked(), world.Followed().State));
        Assert.Contains("Failed checks: unit. code-1-f1 asks: Which of both tables holds it? It was revised by code-1-f1", world.Status.Questions![0].Question, StringComparison.Ordinal);
        Assert.False(world.Decide());

        world.Edit(s => s with { Decision = new() { Step = "code-1-f1", Answer = "The newer one." } });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Contains(
            "<question step=\"code-1-f1\">\nWhich of both tables holds it?\n</question>\nThe person's answer:\nThe newer one.", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal("code-1-f1=The newer one.", world.Asked());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_revision_is_told_once_what_was_decided_before_there_was_a_pull_request(bool isReviewed)
    {
        var asks = RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":"Which of both tables holds it?"}}""") };
        var spec = Batch(1) with { ReviewerAgentRefs = isReviewed ? Given.Refs("reader") : null };
        var world = Play(spec, s => s.EndsWith("-f1", StringComparison.Ordinal) ? Green(s) : Red(s), ("code-1", asks), ("review-1-0-t1", RunEnd.Refusal)).Settle();

        world.Edit(s => s with { Decision = new() { Step = "code-1", Answer = "The newer one." } });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        var payload = Assert.Single(world.Tasks, t => t.Spec.Kind == TaskKind.IssueFix && World.StepOf(t).EndsWith("-f1", StringComparison.Ordinal)).Spec.Payload;
        Assert.Equal(2, $"{payload.PromptPrefix}\n{payload.Prompt}".Split("The person's answer:\nThe newer one.").Length);
    }

    [Fact]
    public void A_check_that_used_up_its_own_part_of_the_budget_is_followed_by_another_revision()
    {
        var spent = RunEnd.Broken with { Reason = FailureReason.BudgetExhausted, Summary = "The budget of 9 s of all attempts is used up." };
        var world = Play(Batch(1) with { Budget = new() { Seconds = 100_000 } }, s => s == "code-1" ? Red(s) : Green(s), ("verify-1-f1", spent))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(Both, world.Steps);
    }

    [Fact]
    public void Revisions_take_no_room_from_others_twice()
    {
        var spec = Batch(1, 2) with { ReviewerAgentRefs = Given.Refs("reader"), MaxTasks = 8, FollowUp = new() { MaxRevisions = 1 } };
        var world = new World(Given.Workload("w", spec), t => World.StepOf(t) == "review-2-0" ? null : Opening(t));
        world.Forge = f => Red(f.Step!) with { Url = f.Url };
        world.Settle();
        Assert.Equal(8, world.Tasks.Count);

        var children = world.Tasks.Select(t => World.StepOf(t) == "review-2-0" ? t.Ended(RunEnd.Refusal) : t).ToArray();

        Assert.Empty(WorkloadEngine.Decide(world.Snapshot() with { Children = children }, Given.Now).Creates);
    }

    [Fact]
    public void A_budget_that_is_used_up_ends_it()
    {
        var spec = Batch(1) with { Budget = new() { Tokens = 100 } };
        var world = new World(Given.Workload("w", spec), t => Opening(t) with { Usage = new() { PromptTokens = t.Spec.Kind.AsksModel ? 100 : 0 } });
        world.Forge = f => Red(f.Step!) with { Url = f.Url };

        world.Ends(WorkloadPhase.Failed, Reasons.BudgetExhausted);

        Assert.Equal("spec.budget was used up before it could be revised; it is not followed any more.", world.Followed().Message);
    }
}
