using Foreman.Api;

namespace Foreman.Workloads.Tests.Retries;

public class RetryRuleTests
{
    private static readonly RetryPolicy Any = new();

    [Theory]
    [InlineData("MaxTurnsExhausted", true)]
    [InlineData("GateFailed", true)]
    [InlineData("CloneFailed", true)]
    [InlineData("SomethingNew", true)]
    [InlineData("Stalled", true)]
    [InlineData("Cancelled", false)]
    [InlineData("UpstreamFailed", false)]
    [InlineData("Unsupported", false)]
    [InlineData("AgentNotFound", false)]
    [InlineData("AuthUnavailable", false)]
    [InlineData("BudgetExhausted", false)]
    [InlineData("PoisonTask", false)]
    [InlineData("GitRemoteNotConfigured", false)]
    [InlineData("VisionUnavailable", false)]
    public void Without_reasons_a_policy_means_what_another_try_may_mend(string reason, bool applies) =>
        Assert.Equal(applies, RetryRule.Applies(Any, Failed(reason)));

    [Fact]
    public void With_reasons_a_policy_means_these_only()
    {
        var policy = new RetryPolicy { Reasons = [FailureReason.Timeout, FailureReason.AuthUnavailable] };

        Assert.True(RetryRule.Applies(policy, Failed("Timeout")));
        Assert.True(RetryRule.Applies(policy, Failed("AuthUnavailable")));
        Assert.False(RetryRule.Applies(policy, Failed("MaxTurnsExhausted")));
    }

    [Theory]
    [InlineData("Cancelled")]
    [InlineData("UpstreamFailed")]
    public void What_somebody_wanted_or_another_step_caused_is_never_retried(string reason) =>
        Assert.False(RetryRule.Applies(new() { Reasons = [new(reason)] }, Failed(reason)));

    [Fact]
    public void Verdicts_without_a_reason_have_words_of_their_own()
    {
        Assert.Equal("NoGo", RetryRule.Word(Short(Verdict.NoGo))!.Value.Value);
        Assert.Equal("Incomplete", RetryRule.Word(Short(Verdict.Incomplete))!.Value.Value);
        Assert.Equal(FailureReason.GateFailed, RetryRule.Word(Short(Verdict.GateFail)));
        Assert.Equal(FailureReason.GateError, RetryRule.Word(Short(Verdict.GateError)));
        Assert.True(RetryRule.Applies(new() { Reasons = [new("NoGo")] }, Short(Verdict.NoGo)));
        Assert.False(RetryRule.Applies(new() { Reasons = [new("NoGo")] }, Short(Verdict.Incomplete)));
    }

    [Fact]
    public void What_asks_a_person_is_retried_by_no_policy()
    {
        var result = Short(Verdict.NoGo) with { Question = "Which?" };

        Assert.False(RetryRule.Applies(Any, result));
        Assert.False(RetryRule.Applies(new() { Reasons = [new("NoGo")] }, result));
        Assert.True(RetryRule.FellShort(result));
    }

    [Fact]
    public void Work_that_only_people_can_judge_is_retried_when_its_reason_is_named()
    {
        var result = Failed("GateError") with { Outcome = StepResult.NeedsVerification };

        Assert.False(RetryRule.Applies(Any, result));
        Assert.True(RetryRule.Applies(new() { Reasons = [FailureReason.GateError] }, result));
    }

    [Fact]
    public void Nothing_is_retried_without_a_policy_or_without_a_failure()
    {
        Assert.False(RetryRule.Applies(null, Failed("Timeout")));
        Assert.False(RetryRule.Applies(Any, new StepResult(StepState.Succeeded) { Verdict = Verdict.Go }));
        Assert.False(RetryRule.Applies(Any, new StepResult(StepState.AlreadyResolved) { Verdict = Verdict.NoGo }));
        Assert.False(RetryRule.Applies(Any, new StepResult(StepState.Running)));
    }

    [Fact]
    public void A_task_that_was_deleted_is_not_retried() =>
        Assert.False(RetryRule.Applies(Any, StepResult.Of(new WorkloadStep { Name = "code", Task = "w-code", State = StepState.Running })));

    [Fact]
    public void A_limit_is_three_unless_it_is_given_and_stays_within_bounds()
    {
        Assert.Equal(0, RetryRule.LimitOf(null));
        Assert.Equal(3, RetryRule.LimitOf(Any));
        Assert.Equal(0, RetryRule.LimitOf(new() { Limit = 0 }));
        Assert.Equal(30, RetryRule.LimitOf(new() { Limit = 1000 }));
        Assert.Equal(0, RetryRule.LimitOf(new() { Limit = -1 }));
    }

    [Fact]
    public void A_verdict_on_the_work_of_others_is_told_from_a_failure_to_give_one()
    {
        Assert.True(RetryRule.JudgesOthers(TaskKind.Verify, Short(Verdict.GateFail)));
        Assert.True(RetryRule.JudgesOthers(TaskKind.Review, Short(Verdict.NoGo)));
        Assert.True(RetryRule.JudgesOthers(TaskKind.Integrate, Short(Verdict.NoGo)));
        Assert.False(RetryRule.JudgesOthers(TaskKind.Integrate, Short(Verdict.NoGo) with { Outcome = "PUSH-FAILED" }));
        Assert.False(RetryRule.JudgesOthers(TaskKind.Verify, Short(Verdict.GateError)));
        Assert.False(RetryRule.JudgesOthers(TaskKind.Review, Short(Verdict.Incomplete)));
        Assert.False(RetryRule.JudgesOthers(TaskKind.IssueFix, Short(Verdict.NoGo)));
    }

    private static StepResult Failed(string reason) => new(StepState.Failed) { Reason = new(reason), Verdict = Verdict.Incomplete };

    private static StepResult Short(Verdict verdict) => new(StepState.Incomplete) { Verdict = verdict };
}
