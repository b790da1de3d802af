using Foreman.Api;
using Foreman.Runner.Completions;
using Foreman.Runner.Stops;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Completions;

public sealed class AttemptCompletionTests
{
    private static readonly StopPlan GoesOn = new(StopKind.None, "");

    [Theory]
    [InlineData("GO")]
    [InlineData("NO-GO")]
    [InlineData("INCOMPLETE")]
    public void A_run_with_a_verdict_and_no_failure_ends_the_task(string verdict)
    {
        var plan = AttemptCompletion.Decide(Report(null, TaskPhase.Succeeded, new Verdict(verdict)), GoesOn, null, 0);
        Assert.Equal((false, AttemptOutcome.Succeeded, Reasons.Succeeded), (plan.GivesBack, plan.Outcome, plan.Reason));
    }

    [Theory]
    [InlineData("InfrastructureError")]
    [InlineData("InferenceServiceUnavailable")]
    [InlineData("ModelMismatch")]
    public void A_failure_below_the_task_is_always_given_back(string reason)
    {
        var plan = AttemptCompletion.Decide(Report(new FailureReason(reason), TaskPhase.Failed), GoesOn, null, 5);
        Assert.Equal((true, AttemptOutcome.GivenBack, reason), (plan.GivesBack, plan.Outcome, plan.Reason));
    }

    [Fact]
    public void A_failure_that_the_policy_names_is_given_back()
    {
        var policy = new RetryPolicy { Reasons = [FailureReason.MaxTurnsExhausted] };
        Assert.True(AttemptCompletion.Decide(Report(FailureReason.MaxTurnsExhausted, TaskPhase.Succeeded), GoesOn, policy, 0).GivesBack);
        Assert.False(AttemptCompletion.Decide(Report(FailureReason.Timeout, TaskPhase.Succeeded), GoesOn, policy, 0).GivesBack);
    }

    [Fact]
    public void A_failure_that_nobody_retries_ends_the_task_with_its_reason()
    {
        var plan = AttemptCompletion.Decide(Report(FailureReason.AgentNotFound, TaskPhase.Failed), GoesOn, null, 0);
        Assert.Equal((false, AttemptOutcome.Failed, "AgentNotFound"), (plan.GivesBack, plan.Outcome, plan.Reason));
    }

    [Fact]
    public void Nothing_is_given_back_when_the_task_has_no_room_for_another_attempt() =>
        Assert.False(AttemptCompletion.Decide(Report(FailureReason.InfrastructureError, TaskPhase.Failed), GoesOn, null, AttemptCompletion.MaxAttempts - 1).GivesBack);

    [Fact]
    public void A_cancelled_run_ends_and_a_drained_or_suspended_one_is_given_back()
    {
        var stopped = WorkReport.StoppedWith(new Usage());
        Assert.Equal((false, "Cancelled"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Cancel, ""), null, 0)));
        Assert.Equal((true, "Suspended"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Suspend, ""), null, 0)));
        Assert.Equal((true, "Draining"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Drain, ""), null, 0)));
    }

    [Fact]
    [Trait("Kind", "12")]
    public void A_run_that_was_stopped_for_its_time_fails_unless_its_policy_retries_that()
    {
        var stopped = WorkReport.StoppedWith(new Usage());
        var policy = new RetryPolicy { Reasons = [FailureReason.Timeout] };
        Assert.Equal((false, "Timeout"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Timeout, ""), null, 0)));
        Assert.Equal((true, "Timeout"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Timeout, ""), policy, 0)));
        Assert.Equal((false, "BudgetExhausted"), Short(AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Budget, ""), new RetryPolicy(), 0)));
    }

    [Fact]
    [Trait("Kind", "15")]
    public void A_full_disk_is_the_reason_of_the_attempt() =>
        Assert.Equal((true, Reasons.DiskPressure), Short(AttemptCompletion.Decide(WorkReport.DiskFull("full"), GoesOn, null, 0)));

    [Fact]
    public void A_run_that_finished_before_the_stop_took_effect_keeps_its_result() =>
        Assert.Equal((false, Reasons.Succeeded), Short(AttemptCompletion.Decide(Report(null, TaskPhase.Succeeded, Verdict.Go), new StopPlan(StopKind.Cancel, ""), null, 0)));

    private static (bool GivesBack, string Reason) Short(CompletionPlan plan) => (plan.GivesBack, plan.Reason);

    private static WorkReport Report(FailureReason? reason, TaskPhase phase, Verdict? verdict = null) =>
        new(new ResultEnvelope { FailureReason = reason, Verdict = verdict ?? Verdict.Incomplete, Summary = "so it went" }, phase, new Usage());
}
