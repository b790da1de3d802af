using Foreman.Api;

namespace Foreman.Workloads.Tests.Retries;

public class RetryHoldTests
{
    private static readonly WorkloadSpec Patient =
        Given.Pipeline(Given.Step("code")) with { RetryPolicy = new() { BackoffSeconds = 60 } };

    [Fact]
    public void A_retry_waits_for_its_time_and_says_so()
    {
        var decision = Decide(Given.Now);

        Assert.Empty(decision.Creates);
        Assert.Equal(TimeSpan.FromSeconds(50), decision.Again);
        Assert.Equal((StepState.Planned, "Waits until 2026-03-04T05:06:57Z (retryPolicy.backoffSeconds)."), (decision.Entry("code-t1").State, decision.Entry("code-t1").Message));
        Assert.Equal(WorkloadPhase.Dispatched, decision.Status!.Phase);
        Assert.Equal(1, decision.Status.InFlightTasks);
    }

    [Fact]
    public void A_retry_begins_when_its_time_has_come()
    {
        var decision = Decide(Given.Now.AddSeconds(50));

        Assert.Equal("code-t1", decision.Made());
        Assert.Null(decision.Again);
    }

    [Fact]
    public void A_long_wait_is_looked_at_again_within_the_hour() =>
        Assert.Equal(TimeSpan.FromHours(1), Decide(Given.Now, Patient with { RetryPolicy = new() { BackoffSeconds = int.MaxValue } }).Again);

    [Fact]
    public void A_task_whose_end_has_no_time_is_retried_at_once() => Assert.Equal("code-t1", Decide(Given.Now, ended: null).Made());

    [Fact]
    public void A_time_beyond_all_time_holds_nothing_back() => Assert.Equal("code-t1", Decide(Given.Now, ended: DateTimeOffset.MaxValue).Made());

    private static WorkloadDecision Decide(DateTimeOffset now, WorkloadSpec? spec = null) => Decide(now, Given.Now.AddSeconds(-10), spec);

    private static WorkloadDecision Decide(DateTimeOffset now, DateTimeOffset? ended, WorkloadSpec? spec = null)
    {
        var task = Given.Child("w", "code").Ended(RunEnd.OutOfTurns);
        task = task with { Status = task.Status with { FinishedAt = ended } };
        return WorkloadEngine.Decide(new(Given.Workload("w", spec ?? Patient)) { Children = [task], Agents = Given.Agents }, now);
    }
}
