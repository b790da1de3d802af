using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Children;

public sealed class StepResultTests
{
    [Theory]
    [InlineData("Pending", null, "Pending")]
    [InlineData(null, null, "Pending")]
    [InlineData("Scheduled", null, "Running")]
    [InlineData("Running", null, "Running")]
    [InlineData("Verifying", null, "Running")]
    [InlineData("Succeeded", "GO", "Succeeded")]
    [InlineData("Succeeded", "GATE-PASS", "Succeeded")]
    [InlineData("Succeeded", "Skipped", "Skipped")]
    [InlineData("Succeeded", "NO-GO", "Incomplete")]
    [InlineData("Succeeded", "INCOMPLETE", "Incomplete")]
    [InlineData("Succeeded", "GATE-FAIL", "Incomplete")]
    [InlineData("Succeeded", null, "Incomplete")]
    [InlineData("Failed", "INCOMPLETE", "Failed")]
    [InlineData("Failed", "GO", "Failed")]
    public void A_state_follows_from_phase_and_verdict(string? phase, string? verdict, string expected)
    {
        var task = Given.Child("w", "a") with
        {
            Status = new() { Phase = phase is null ? null : new TaskPhase(phase), Verdict = verdict is null ? null : new Verdict(verdict) },
        };

        var result = StepResult.Of(task);

        Assert.Equal(new StepState(expected), result.State);
        Assert.Equal(expected is not ("Pending" or "Running"), result.HasEnded);
        Assert.Equal("w-a", result.Task);
    }

    [Fact]
    public void Work_that_was_done_before_is_no_failure()
    {
        var result = StepResult.Of(Given.Child("w", "code-1").Ended(RunEnd.Resolved));

        Assert.Equal((StepState.AlreadyResolved, "commit 1a2b3c", true, false), (result.State, result.ResolvedBy, result.HadNothingToDo, result.IsFailure));
    }

    [Fact]
    public void What_a_run_says_is_read_as_far_as_it_is_text()
    {
        var odd = StepResult.Of(Given.Child("w", "a").Ended(RunEnd.GaveUp with { Outcome = null, Extra = Given.Json("""{"outcome":3,"modelExtra":[],"pullRequestURL":{},"resolvedBy":null}""") }));

        Assert.Equal((null, null, null, false), (odd.Outcome, odd.PullRequest, odd.ResolvedBy, odd.GateFailed));
        Assert.Equal("", StepResult.Of(Given.Child("w", "a") with { Status = new() { Phase = TaskPhase.Succeeded, Result = Given.Json("""{"summary":7,"extra":"x"}""") } }).Summary);
    }

    [Fact]
    public void A_result_has_what_a_run_left_behind()
    {
        var result = StepResult.Of(Given.Child("w", "a").Ended(RunEnd.Go with
        {
            Branch = "b",
            CommitSHA = "c",
            Usage = new() { Seconds = 4 },
            Extra = Given.Json("""{"pullRequestURL":"https://forge/pulls/1"}"""),
        }));

        Assert.Equal(("b", "c", "https://forge/pulls/1", 4L, "Done."), (result.Branch, result.CommitSHA, result.PullRequest, result.Usage!.Seconds, result.Summary));
        Assert.Null(result.Message);
    }

    [Fact]
    public void Nothing_is_counted_as_used_before_the_end() =>
        Assert.Null(StepResult.Of(Given.Child("w", "a") with { Status = new() { Phase = TaskPhase.Running, Usage = new() { Seconds = 4 } } }).Usage);

    [Fact]
    public void A_task_that_waits_says_for_what()
    {
        var waiting = Given.Child("w", "a");
        var scheduled = waiting with { Status = new() { Phase = TaskPhase.Pending, Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.False, Reason = Reasons.NoMatchingNode }] } };

        Assert.Equal("Waits for code-1, budget.", StepResult.Of(waiting.Noted(Labels.Awaiting, "code-1, budget")).Message);
        Assert.Equal(Reasons.NoMatchingNode, StepResult.Of(scheduled).Message);
        Assert.Null(StepResult.Of(waiting).Message);
    }

    [Fact]
    public void A_task_that_failed_without_a_summary_says_what_its_condition_says()
    {
        var failed = Given.Child("w", "a") with
        {
            Status = new() { Phase = TaskPhase.Failed, Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, Reason = "Cancelled", Message = "spec.cancel was set." }] },
        };

        Assert.Equal("spec.cancel was set.", StepResult.Of(failed).Message);
    }

    [Fact]
    public void A_task_that_was_denied_a_budget_failed_for_that_reason()
    {
        var cancelled = Given.Child("w", "a").With(s => s with { Suspend = true }).Ended(RunEnd.Cancelled);

        Assert.Equal(FailureReason.BudgetExhausted, StepResult.Of(cancelled.Noted(Labels.CancelledBecause, ChildTask.BudgetUsedUp)).Reason);
        Assert.Equal(FailureReason.Cancelled, StepResult.Of(cancelled.Noted(Labels.CancelledBecause, "Its payload was spoilt.")).Reason);
        Assert.Equal(FailureReason.Cancelled, StepResult.Of(cancelled).Reason);
    }

    [Fact]
    public void A_task_that_the_Workload_ended_since_it_got_nowhere_has_stalled()
    {
        var cancelled = Given.Child("w", "a").Ended(RunEnd.Cancelled);

        Assert.Equal(FailureReason.Stalled, StepResult.Of(cancelled.Noted(Labels.CancelledBecause, "Stalled: it worked for long.")).Reason);
        Assert.Equal(FailureReason.Timeout, StepResult.Of(Given.Child("w", "a").Ended(RunEnd.Broken with { Reason = FailureReason.Timeout }).Noted(Labels.CancelledBecause, "Stalled: x.")).Reason);
    }

    [Fact]
    public void What_was_recorded_of_a_task_that_is_gone_counts_on()
    {
        var recorded = new WorkloadStep
        {
            Name = "a",
            Task = "w-a",
            State = StepState.Succeeded,
            Verdict = Verdict.Go,
            Outcome = "x",
            Branch = "b",
            CommitSHA = "c",
            PullRequest = "p",
            Usage = new() { Seconds = 4 },
        };

        var result = StepResult.Of(recorded);

        Assert.Equal(("w-a", "x", "b", "c", "p", 4L), (result.Task, result.Outcome, result.Branch, result.CommitSHA, result.PullRequest, result.Usage!.Seconds));
        Assert.True(result.IsOnTarget);
    }

    [Theory]
    [InlineData("Pending")]
    [InlineData("Running")]
    public void A_task_that_is_gone_before_its_end_has_failed(string state)
    {
        var result = StepResult.Of(new WorkloadStep { Name = "a", Task = "w-a", State = new(state) });

        Assert.Equal((StepState.Failed, "Its task was deleted before it had ended."), (result.State, result.Message));
    }
}
