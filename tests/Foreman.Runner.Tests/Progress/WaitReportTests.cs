using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Progress;

namespace Foreman.Runner.Tests.Progress;

public sealed class WaitReportTests
{
    private static readonly DateTimeOffset Since = new(2031, 1, 1, 12, 0, 5, TimeSpan.Zero);
    private static readonly TaskWait Wait = new() { Reason = Reasons.ModelLoading, Message = "503: Loading model", Since = Since, Until = Since.AddMinutes(10) };
    private static readonly IReadOnlyList<V1Condition> Running = [new V1Condition { Type = ConditionTypes.Running, Status = Conditions.True, Reason = Reasons.Claimed }];

    [Theory]
    [InlineData(ModelWaitReason.Loading, "ModelLoading")]
    [InlineData(ModelWaitReason.Busy, "ModelBusy")]
    [InlineData(ModelWaitReason.Failing, "ModelFailing")]
    public void The_reason_is_one_of_the_closed_list(ModelWaitReason reason, string told)
    {
        var wait = WaitReport.Of(new ModelWait(reason, $"{new string('x', 600)}\u001b[31m", Since, null));

        Assert.Equal((told, Since, null), (wait.Reason, wait.Since, wait.Until));
        Assert.InRange(wait.Message!.Length, 400, 512);
    }

    [Fact]
    public void A_wait_of_a_minute_is_a_condition_that_says_since_when_and_until_when()
    {
        var told = WaitReport.ConditionsWith(Running, Wait, 3, Since.AddSeconds(60));

        var condition = told.Find(ConditionTypes.Waiting)!;
        Assert.Equal((Conditions.True, Reasons.ModelLoading, 3L), (condition.Status, condition.Reason, condition.ObservedGeneration));
        Assert.Equal("waits for the model server since 2031-01-01T12:00:05Z, until 2031-01-01T12:10:05Z at the latest: 503: Loading model", condition.Message);
        Assert.True(told.IsTrue(ConditionTypes.Running));
        Assert.Same(told, WaitReport.ConditionsWith(told, Wait, 3, Since.AddSeconds(90)));
    }

    [Fact]
    public void A_shorter_wait_and_none_have_no_condition()
    {
        var told = WaitReport.ConditionsWith(Running, Wait, 3, Since.AddSeconds(60));

        Assert.Same(Running, WaitReport.ConditionsWith(Running, Wait, 3, Since.AddSeconds(59)));
        Assert.Same(Running, WaitReport.ConditionsWith(Running, null, 3, Since));
        Assert.Equal(Running, WaitReport.ConditionsWith(told, null, 3, Since.AddSeconds(61)));
        Assert.Equal(Running, WaitReport.ConditionsWith(told, Wait with { Since = Since.AddSeconds(61) }, 3, Since.AddSeconds(62)));
    }
}
