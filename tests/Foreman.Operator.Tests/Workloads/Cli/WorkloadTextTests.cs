using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadTextTests
{
    [Fact]
    public void A_workload_under_way_says_how_far_it_is()
    {
        var workload = WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Running));
        workload = workload with { Status = workload.Status! with { SucceededTasks = 3, AlreadyResolvedTasks = 1, FailedTasks = 0 } };

        Assert.Equal("Dispatched: 1 in flight, 3 on target, 1 already resolved", WorkloadText.Where(new(workload)));
        var held = workload with { Status = workload.Status! with { Conditions = [new() { Type = ConditionTypes.Suspended, Status = "True", Reason = Reasons.Suspended, Message = "spec.suspend is set; clear it to go on." }] } };
        Assert.StartsWith("Dispatched, suspended: 1 in flight", WorkloadText.Where(new(held)), StringComparison.Ordinal);
        var asking = workload with { Status = workload.Status with { Questions = [new() { Step = "code-42", Question = "Which?" }] } };
        Assert.StartsWith("Dispatched, asks a person: 1 in flight", WorkloadText.Where(new(asking)), StringComparison.Ordinal);
        Assert.Equal(["Suspended: spec.suspend is set; clear it to go on."], WorkloadText.Notes(held));
    }

    [Fact]
    public void An_ended_workload_says_why()
    {
        var state = new WorkloadState(WorkloadSample.Issues().Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded));

        Assert.Equal("Completed (AllChildrenSucceeded): 3 of 3 tasks on target, 0 incomplete, 0 failed, 0 already resolved.", WorkloadText.Where(state));
        Assert.Equal(LineLook.Good, WorkloadText.Look(state));
        Assert.Equal(LineLook.Bad, WorkloadText.Look(new(WorkloadSample.Issues().Ended(WorkloadPhase.Failed, Reasons.ChildrenFailed))));
    }

    [Fact]
    public void A_workload_that_could_not_be_planned_yet_says_what_is_missing()
    {
        var workload = WorkloadSample.Issues();
        workload = workload with
        {
            Status = new() { Phase = WorkloadPhase.Planning, Conditions = [new() { Type = ConditionTypes.Planned, Status = "False", Reason = Reasons.AgentResolveFailed, Message = "No Agent \"coder\"." }] },
        };

        Assert.Equal("Planning (AgentResolveFailed): No Agent \"coder\".", WorkloadText.Where(new(workload)));
        Assert.Equal("new", WorkloadText.Where(new(workload with { Status = null })));
        Assert.Equal("deleted before it ended", WorkloadText.Where(new(workload) { IsGone = true }));
    }

    [Fact]
    public void What_was_taken_in_is_told_and_what_was_not()
    {
        var workload = WorkloadSample.Issues();
        workload = workload with { Status = new() { Intake = new() { InProgress = 2, Waiting = 1, Failed = 3, Skipped = [new() { Issue = 42, Reason = "pull request #50 is about it" }] } } };

        Assert.Equal(["issues: 2 in progress, 1 waiting, 0 completed, 3 failed", "issue 42 is not taken: pull request #50 is about it"], WorkloadText.Notes(workload));
    }

    [Fact]
    public void What_was_cut_off_or_added_is_told_and_what_is_false_is_not()
    {
        var workload = WorkloadSample.Issues();
        workload = workload with
        {
            Status = workload.Status! with
            {
                Conditions =
                [
                    new() { Type = ConditionTypes.CoderAlreadyResolved, Status = "False", Reason = Reasons.NoAlreadyResolved, Message = "none" },
                    new() { Type = ConditionTypes.Truncated, Status = "True", Reason = Reasons.MaxTasksCap, Message = "spec.maxTasks 4: 4 of 8 tasks are made." },
                    new() { Type = ConditionTypes.EscalationTriggered, Status = "False", Reason = Reasons.NoBaseReviewers, Message = "name those that review first." },
                ],
                Usage = new() { Turns = 12, PromptTokens = 34567, CompletionTokens = 890, Seconds = 3661 },
            },
        };

        Assert.Equal(["Truncated: spec.maxTasks 4: 4 of 8 tasks are made.", "EscalationTriggered: name those that review first."], WorkloadText.Notes(workload));
        Assert.Equal("12 turns, 34,567 tokens read, 890 written, 01:01:01", WorkloadText.Used(workload));
        Assert.Null(WorkloadText.Used(WorkloadSample.Issues()));
    }
}
