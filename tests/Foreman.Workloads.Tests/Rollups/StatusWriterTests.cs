using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Rollups;

public sealed class StatusWriterTests
{
    [Theory]
    [InlineData("Planned", "Planned")]
    [InlineData("Succeeded", "Completed AllChildrenSucceeded")]
    [InlineData("Succeeded Pending", "Dispatched")]
    [InlineData("Succeeded Planned", "Dispatched")]
    [InlineData("Succeeded Skipped AlreadyResolved", "Completed AllChildrenSucceeded")]
    [InlineData("AlreadyResolved Skipped", "Completed AllAlreadyResolved")]
    [InlineData("Succeeded Incomplete", "Failed ChildrenIncomplete")]
    [InlineData("Incomplete Failed", "Failed ChildrenFailed")]
    [InlineData("AlreadyResolved Failed", "Failed ChildrenFailed")]
    [InlineData("Failed Running", "Dispatched")]
    [InlineData("Succeeded NotTaken", "Completed AllChildrenSucceeded")]
    public void A_phase_follows_from_the_steps(string states, string expected) => Assert.Equal(expected, Ending(Given.Batch(1), null, states));

    [Fact]
    public void A_cancelled_Workload_has_failed_for_that_reason_once_all_have_ended()
    {
        var spec = Given.Batch(1) with { Cancel = true };

        Assert.Equal("Failed Cancelled", Ending(spec, null, "Succeeded Failed"));
        Assert.Equal("Dispatched", Ending(spec, null, "Succeeded Running"));
        Assert.Equal("Failed Cancelled", Ending(spec, null, "NotTaken"));
    }

    [Fact]
    public void A_Workload_that_can_not_be_planned_any_more_fails_once_its_tasks_have_ended()
    {
        var fault = new PlanFault(Reasons.InvalidPlan, "no", IsFinal: true);

        Assert.Equal("Dispatched", Ending(Given.Batch(1), fault, "Running"));
        Assert.Equal("Failed InvalidPlan", Ending(Given.Batch(1), fault, "Succeeded"));
    }

    [Fact]
    public void A_used_up_budget_is_the_reason_where_it_was_one()
    {
        var spec = Given.Batch(1) with { Budget = new() { Tokens = 5 } };
        StepView[] views = [View("Succeeded"), new(Step("b"), new(StepState.Failed) { Task = "w-b", Reason = FailureReason.BudgetExhausted, Message = ChildTask.BudgetUsedUp })];

        Assert.Equal(Reasons.BudgetExhausted, Status(spec, null, views).Conditions.Find(ConditionTypes.Completed)!.Reason);
        Assert.Equal(Reasons.ChildrenFailed, Status(spec with { Budget = null }, null, views).Conditions.Find(ConditionTypes.Completed)!.Reason);
        StepView[] ownPart = [views[0], views[1] with { Result = views[1].Result with { Message = "no result within the budget of 9 s" } }];
        Assert.Equal(Reasons.ChildrenFailed, Status(spec, null, ownPart).Conditions.Find(ConditionTypes.Completed)!.Reason);
        StepView[] superseded = [views[0], views[1] with { Step = views[1].Step with { IsSuperseded = true } }];
        Assert.Equal(Reasons.AllChildrenSucceeded, Status(spec, null, superseded).Conditions.Find(ConditionTypes.Completed)!.Reason);
    }

    [Fact]
    public void Used_and_opened_are_summed_up_over_all_tasks()
    {
        var one = new StepResult(StepState.Succeeded) { Task = "w-a", Usage = new() { PromptTokens = 3, Seconds = 2 }, PullRequest = "p" };
        var status = Status(Given.Batch(1), null,
            new(Step("a"), one), new(Step("b") with { IsSuperseded = true }, one with { Task = "w-b", Usage = new() { CompletionTokens = 4, Turns = 1 } }), new(Step("c"), new(StepState.Skipped) { Task = "w-c" }));

        Assert.Equal(new Usage { PromptTokens = 3, CompletionTokens = 4, Turns = 1, Seconds = 2 }, status.Usage);
        Assert.Equal(["p"], status.PullRequests!);
        Assert.Equal(["w-a", "w-b", "w-c"], status.Tasks!.Select(t => t.Name!));
        Assert.Equal(("AgenticTask", "foreman.llmkube.dev/v1alpha1", "default"), (status.Tasks![0].Kind, status.Tasks[0].ApiVersion, status.Tasks[0].NamespaceProperty));
    }

    [Fact]
    public void Nothing_used_and_nothing_opened_is_absent()
    {
        var status = Status(Given.Batch(1), null, View("Running"));

        Assert.Null(status.Usage);
        Assert.Null(status.PullRequests);
    }

    [Fact]
    public void An_entry_has_what_is_known_of_its_step()
    {
        var result = new StepResult(StepState.Incomplete)
        {
            Task = "w-a",
            Verdict = Verdict.NoGo,
            Reason = FailureReason.GateFailed,
            Outcome = "o",
            ResolvedBy = "r",
            Message = new string('m', 600),
            Branch = "b",
            CommitSHA = "c",
            PullRequest = "p",
            Usage = new() { Seconds = 1 },
        };

        var entry = Assert.Single(Status(Given.Batch(1), null, new StepView(Step("a") with { Issue = 4, DependsOn = ["x"], Why = "", IsSuperseded = true }, result)).Plan!);

        Assert.Equal(
            ("a", "writer", 4, "w-a", StepState.Incomplete, true, "b", "c", "p", "o", "r"),
            (entry.Name, entry.Agent, entry.Issue ?? 0, entry.Task, entry.State, entry.Superseded ?? false, entry.Branch, entry.CommitSHA, entry.PullRequest, entry.Outcome, entry.ResolvedBy));
        Assert.Equal((Verdict.NoGo, FailureReason.GateFailed, 513), (entry.Verdict ?? default, entry.Reason ?? default, entry.Message!.Length));
        Assert.Equal(["x"], entry.DependsOn!);
        Assert.Null(entry.Why);
        Assert.Equal(1L, entry.Usage!.Seconds);
    }

    [Fact]
    public void Fields_that_nobody_here_writes_stay()
    {
        var workload = Given.Workload("w", Given.Batch(1)) with { Status = new() { PlannerModel = "planner" } };

        Assert.Equal("planner", StatusWriter.Of(workload, new(), [View("Running")], null, Given.Now).PlannerModel);
        Assert.Equal("planner", StatusWriter.Of(workload, new PlanFault("r", "m", IsFinal: true), Given.Now).PlannerModel);
    }

    [Fact]
    public void What_was_asked_and_answered_outlives_a_fault_of_the_plan()
    {
        var before = new WorkloadStatus { Questions = [new() { Step = "a", Question = "Which?", Answer = "Both." }], FollowUps = [new() { Step = "a", Url = "p", State = FollowUpState.Ready }] };
        var workload = Given.Workload("w", Given.Batch(1)) with { Status = before };

        var faulty = StatusWriter.Of(workload, new() { Fault = new(Reasons.InvalidPlan, "no", IsFinal: true) }, [View("Succeeded")], null, Given.Now);
        var sound = StatusWriter.Of(workload, new(), [View("Succeeded")], null, Given.Now);

        Assert.Equal((before.Questions, before.FollowUps), (faulty.Questions, faulty.FollowUps));
        Assert.Equal((null, null), (sound.Questions, sound.FollowUps));
    }

    [Fact]
    public void An_end_is_told_once_and_as_a_warning_when_it_is_none_that_people_want()
    {
        var workload = Given.Workload("w", Given.Batch(1));
        var (well, badly) = (Status(Given.Batch(1), null, View("Succeeded")), Status(Given.Batch(1), null, View("Failed")));

        Assert.Equal(
            new WorkloadEvent(Warning: false, Reasons.Completed, "AllChildrenSucceeded: 1 of 1 tasks on target, 0 incomplete, 0 failed, 0 already resolved."), Assert.Single(StatusWriter.Events(workload, well)));
        Assert.True(Assert.Single(StatusWriter.Events(workload, badly)).Warning);
        Assert.Empty(StatusWriter.Events(workload with { Status = well }, well));
    }

    [Fact]
    public void A_fault_is_told_once_for_each_reason()
    {
        var workload = Given.Workload("w", Given.Batch(1));
        var waiting = StatusWriter.Of(workload, new PlanFault(Reasons.AgentResolveFailed, "No Agent \"x\".", IsFinal: false), Given.Now);
        var invalid = StatusWriter.Of(workload with { Status = waiting }, new PlanFault(Reasons.InvalidPlan, "A circle.", IsFinal: true), Given.Now);

        Assert.Equal(new WorkloadEvent(Warning: true, Reasons.AgentResolveFailed, "No Agent \"x\"."), Assert.Single(StatusWriter.Events(workload, waiting)));
        Assert.Empty(StatusWriter.Events(workload with { Status = waiting }, waiting));
        Assert.Equal(Reasons.InvalidPlan, Assert.Single(StatusWriter.Events(workload with { Status = waiting }, invalid)).Reason);
    }

    private static string Ending(WorkloadSpec spec, PlanFault? fault, string states)
    {
        var status = Status(spec, fault, [.. states.Split(' ').Select((s, i) => View(s, $"s{i}"))]);
        return $"{status.Phase} {status.Conditions.Find(ConditionTypes.Completed)?.Reason}".TrimEnd();
    }

    private static WorkloadStatus Status(WorkloadSpec spec, PlanFault? fault, params StepView[] views) =>
        StatusWriter.Of(Given.Workload("w", spec), new() { Steps = fault is null ? [.. views.Select(v => v.Step)] : [], Fault = fault }, views, null, Given.Now);

    private static StepView View(string state, string name = "a") =>
        new(Step(name), new(new StepState(state)) { Task = state is "Planned" or "NotTaken" ? null : $"w-{name}" });

    private static Step Step(string name) => new(name, TaskKind.Freeform, "writer", new());
}
