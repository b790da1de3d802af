using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class StepTextTests
{
    [Fact]
    public void A_step_without_a_task_says_what_it_waits_for()
    {
        var step = WorkloadSample.Step("verify-42", StepState.Planned) with { Message = "Waits for step code-42." };

        Assert.Equal(("planned", "Waits for step code-42."), (StepText.State(step, null), StepText.Detail(step, null)));
        Assert.Equal(LineLook.Plain, StepText.Look(step));
    }

    [Fact]
    public void A_task_that_waits_says_what_the_scheduler_says()
    {
        var step = WorkloadSample.Step("code-42", StepState.Pending) with { Message = Reasons.NoMatchingNode };
        var task = WorkloadSample.Task("code-42", TaskPhase.Pending);
        task = task with { Status = task.Status with { Conditions = [new() { Type = ConditionTypes.Scheduled, Status = "False", Reason = Reasons.NoMatchingNode, Message = "0 of 2 nodes match." }] } };

        Assert.Equal(("waiting", "0 of 2 nodes match."), (StepText.State(step, task), StepText.Detail(step, task)));
    }

    [Fact]
    public void A_running_task_says_where_with_what_and_how_far()
    {
        var step = WorkloadSample.Step("code-42", StepState.Running);
        var task = WorkloadSample.Task("code-42", TaskPhase.Running);
        task = task with { Status = task.Status with { Attempt = 2, Progress = new() { Turn = 7, Tool = "grep" } } };

        Assert.Equal(("running", "on box, model qwen, attempt 2, turn 7 (grep)"), (StepText.State(step, task), StepText.Detail(step, task)));
        Assert.Equal("assigned", StepText.State(step, WorkloadSample.Task("code-42", TaskPhase.Scheduled)));
        Assert.Equal(LineLook.Part, StepText.Look(step));
    }

    [Fact]
    public void An_ended_step_has_its_verdict_its_host_and_its_summary()
    {
        var step = WorkloadSample.Step("code-42", StepState.Succeeded);

        Assert.Equal(("GO", "on box: add adds now"), (StepText.State(step, WorkloadSample.Task("code-42", TaskPhase.Succeeded)), StepText.Detail(step, WorkloadSample.Task("code-42", TaskPhase.Succeeded))));
        Assert.Equal(("GO", ""), (StepText.State(step, null), StepText.Detail(step, null)));
        Assert.Equal(LineLook.Good, StepText.Look(step));
    }

    [Fact]
    public void A_failure_says_why_and_a_superseded_step_that_it_does_not_count()
    {
        var failed = WorkloadSample.Step("code-42", StepState.Failed) with { Reason = FailureReason.CloneFailed, Message = "no such repository" };
        var refused = WorkloadSample.Step("review-42-0", StepState.Incomplete) with { Superseded = true };

        Assert.Equal(("failed", "CloneFailed: no such repository"), (StepText.State(failed, null), StepText.Detail(failed, null)));
        Assert.Equal(LineLook.Bad, StepText.Look(failed));
        Assert.Equal(("NO-GO", "(a later round took its place)"), (StepText.State(refused, null), StepText.Detail(refused, null)));
        Assert.Equal(LineLook.Plain, StepText.Look(refused));
    }

    [Fact]
    public void A_proposed_step_says_what_it_is_for_until_it_begins()
    {
        var planned = WorkloadSample.Step("code-1", StepState.Planned, null) with { Why = "the goal\nsays so", DependsOn = ["a", "b"], Message = "Waits." };
        var state = WorkloadSample.State(WorkloadSample.Proposed(planned));

        Assert.Equal("issue-fix by coder after a, b: the goal says so", StepText.Detail(state, planned));
        Assert.Equal("issue-fix by the built-in Agent: x", StepText.Purpose(planned with { Agent = "", DependsOn = null, Why = "x" }));
        Assert.Equal("Waits.", StepText.Detail(WorkloadSample.State(WorkloadSample.Issues(planned)), planned));
        Assert.Equal("Waits.", StepText.Detail(state, planned with { State = StepState.Pending }));
    }

    [Theory]
    [InlineData("AlreadyResolved", "already resolved")]
    [InlineData("Skipped", "skipped")]
    [InlineData("NotTaken", "not taken")]
    [InlineData("SomethingNew", "SomethingNew")]
    public void Other_ends_are_told_in_words(string state, string word) =>
        Assert.Equal(word, StepText.State(WorkloadSample.Step("code-42", new StepState(state)), null));

    [Fact]
    [Trait("Kind", "15")]
    public void Control_characters_of_a_model_do_not_reach_the_terminal()
    {
        var step = WorkloadSample.Step("code-42", StepState.Incomplete) with { Message = "gone: \u001b[2J\r\nfake" };

        Assert.DoesNotContain(StepText.Detail(step, null), char.IsControl);
    }
}
