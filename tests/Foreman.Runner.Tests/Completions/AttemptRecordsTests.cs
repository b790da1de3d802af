using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Completions;
using Foreman.Runner.Stops;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Completions;

public sealed class AttemptRecordsTests
{
    private static readonly DateTimeOffset Now = new(2031, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_end_of_a_task_tells_its_verdict_the_sum_of_usage_and_that_it_is_completed()
    {
        var before = Tasks.Entry(1, AttemptOutcome.Lost) with { Usage = new Usage { PromptTokens = 100, Turns = 2 } };
        var attempt = new Attempt(Tasks.With(TaskPhase.Running, 2, Tasks.Me, before), Tasks.Me) { ClaimedAt = Now.AddSeconds(-9) };
        var report = new WorkReport(
            new ResultEnvelope { Verdict = Verdict.NoGo, Summary = "no such file" }, TaskPhase.Succeeded, new Usage { PromptTokens = 11, Turns = 1, Seconds = 9 });

        var ending = AttemptRecords.Completion(attempt, AttemptCompletion.Decide(report, new StopPlan(StopKind.None, ""), null, 1), report, Now);

        Assert.Equal((TaskPhase.Succeeded, Verdict.NoGo, null), (ending.Phase, ending.Verdict, ending.FailureReason));
        Assert.Equal(new Usage { PromptTokens = 111, Turns = 3, Seconds = 9 }, ending.Usage);
        Assert.Equal((2, "host-a", Now.AddSeconds(-9), Now), (ending.Attempt!.Attempt, ending.Attempt.Node, ending.Attempt.StartedAt, ending.Attempt.EndedAt));
        Assert.True(ending.Conditions.IsTrue(ConditionTypes.Completed));
        Assert.Equal("no such file", ending.Conditions.Find(ConditionTypes.Completed)!.Message);
        Assert.Equal((Conditions.False, Reasons.Ended), (ending.Conditions.Find(ConditionTypes.Running)!.Status, ending.Conditions.Find(ConditionTypes.Running)!.Reason));
    }

    [Fact]
    public void A_cancelled_task_is_failed_incomplete_and_completed()
    {
        var stopped = WorkReport.StoppedWith(new Usage());
        var ending = AttemptRecords.Completion(Tasks.Held(), AttemptCompletion.Decide(stopped, new StopPlan(StopKind.Cancel, "spec.cancel was set"), null, 0), stopped, Now);
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Cancelled), (ending.Phase, ending.Verdict, ending.FailureReason));
        Assert.Equal("Cancelled", ending.Conditions.Find(ConditionTypes.Completed)!.Reason);
        Assert.Equal("spec.cancel was set", ending.Result!["summary"]!.GetValue<string>());
    }
}
