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

    private static AgenticTask Later(long generation)
    {
        var task = Tasks.With(TaskPhase.Running);
        return task with { Metadata = task.Metadata with { Generation = generation } };
    }

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
    public void A_wait_that_an_earlier_process_told_is_over_with_the_attempt()
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        task = task with { Status = task.Status with { Conditions = [new V1Condition { Type = ConditionTypes.Waiting, Status = Conditions.True, Reason = Reasons.ModelLoading }] } };

        Assert.Equal([ConditionTypes.Running], AttemptRecords.ReleasedConditions(new Attempt(task, Tasks.Me), "Draining", "drains", Now).Select(c => c.Type));
    }

    [Fact]
    public void MCP_servers_that_the_attempt_did_without_stay_a_condition_of_its_end_and_of_no_other_attempt()
    {
        var report = new WorkReport(new ResultEnvelope { Verdict = Verdict.Go }, TaskPhase.Succeeded, new Usage()) { McpFaults = ["MCP server a: refused"] };
        var attempt = Tasks.Held() with { ClaimedAt = Now };

        var ended = AttemptRecords.Completion(attempt, AttemptCompletion.Decide(report, new StopPlan(StopKind.None, ""), null, 0), report, Now);
        var next = attempt with { Task = attempt.Task with { Status = attempt.Task.Status with { Conditions = ended.Conditions } } };

        Assert.Equal("goes on without: MCP server a: refused", ended.Conditions.Find(ConditionTypes.McpDegraded)?.Message);
        Assert.Null(AttemptRecords.ClaimedConditions(next, "host-a", Now).Find(ConditionTypes.McpDegraded));
        Assert.Null(AttemptRecords.ReleasedConditions(next, "Draining", "drains", Now).Find(ConditionTypes.McpDegraded));
    }

    [Theory]
    [Trait("Kind", "12")]
    [InlineData("AgentNotFound")]
    [InlineData("Unsupported")]
    [InlineData("Timeout")]
    [InlineData("ModelReportedError")]
    [InlineData("AuthUnavailable")]
    public void Every_way_to_fail_is_completed(string reason)
    {
        var report = WorkReport.Failed(new FailureReason(reason), $"{new string('m', 300)} why");
        var ending = AttemptRecords.Completion(Tasks.Held().SeenAs(Later(9)), AttemptCompletion.Decide(report, new StopPlan(StopKind.None, ""), null, 0), report, Now);

        var completed = ending.Conditions.Find(ConditionTypes.Completed)!;
        Assert.Equal((TaskPhase.Failed, Conditions.True, reason, 9), (ending.Phase, completed.Status, completed.Reason, completed.ObservedGeneration));
        Assert.EndsWith("why", completed.Message, StringComparison.Ordinal);
        Assert.EndsWith("why", ending.Attempt!.Message, StringComparison.Ordinal);
        Assert.Equal(ResultEnvelope.MaxSummaryBytes, System.Text.Encoding.UTF8.GetByteCount(ending.Result!["summary"]!.GetValue<string>()));
        Assert.Equal("foreman-transcript-task", ending.TranscriptRef);
    }

    [Fact]
    [Trait("Kind", "12")]
    public void The_newest_generation_that_was_seen_is_told_and_that_of_another_task_is_not()
    {
        Assert.Equal(9, Tasks.Held().SeenAs(Later(9)).SeenAs(Later(4)).SeenAs(null).Generation);
        Assert.Equal(1, Tasks.Held().SeenAs(Later(9) with { Metadata = new V1ObjectMeta { Uid = "another", Generation = 9 } }).Generation);
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
