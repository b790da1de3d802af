using Foreman.Api;
using Foreman.Jobs;
using Foreman.Operator.Backends;
using Foreman.Operator.Tests.Fakes;
using k8s.Models;

namespace Foreman.Operator.Tests.Backends;

public sealed class JobVerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly AgenticTask Assigned = Sample.Task("t").Scheduled(Placement.Job);
    private static readonly AgenticTask Running = Assigned.Running();

    [Theory]
    [InlineData("ContainerOOM", "Failed", "ContainerOOM")]
    [InlineData("ContainerExit", "Failed", "InfrastructureError")]
    [InlineData("NodeLost", "Lost", "NodeLost")]
    [InlineData("Preempted", "Preempted", "Preempted")]
    [InlineData("Evicted", "Preempted", "Evicted")]
    public void J25_J27_A_failed_Job_ends_its_attempt_with_its_own_reason_but_for_a_program_of_ours_that_breaks_off(string reason, string outcome, string recorded)
    {
        var end = JobVerdict.End(Running, new() { State = JobState.Failed, Reason = new(reason), Message = $"{reason}: pod team/p: so it is" }, Now)!;

        Assert.Equal((outcome, recorded, $"{reason}: pod team/p: so it is"), (end.Outcome.Value, end.Reason, end.Message));
    }

    [Fact]
    public void J23_A_result_that_a_pod_wrote_at_its_end_has_time_to_arrive()
    {
        var succeeded = new JobOutcome { State = JobState.Succeeded, Pod = "p", FinishedAt = Now };

        Assert.Null(JobVerdict.End(Running, succeeded, Now.AddSeconds(4)));
        Assert.Equal(Now + JobVerdict.ResultTime, JobVerdict.LookAgainAt(Running, succeeded));
        var end = JobVerdict.End(Running, succeeded, Now.AddSeconds(5))!;
        Assert.Equal((AttemptOutcome.Lost, Reasons.HolderLost, "pod team/p ended with exit code 0 and left no result"), (end.Outcome, end.Reason, end.Message));
    }

    [Fact]
    public void A_pod_that_runs_and_does_not_claim_loses_its_assignment_and_one_that_has_claimed_goes_on()
    {
        var running = new JobOutcome { State = JobState.Running, Pod = "p", StartedAt = Now };

        Assert.Null(JobVerdict.End(Assigned, running, Now.AddSeconds(119)));
        Assert.Equal(AttemptOutcome.Unclaimed, JobVerdict.End(Assigned, running, Now.AddSeconds(120))?.Outcome);
        Assert.Null(JobVerdict.End(Running, running, Now.AddHours(7)));
        Assert.Null(JobVerdict.LookAgainAt(Running, running));
    }

    [Fact]
    public void A_Job_that_waits_ends_nothing() => Assert.Null(JobVerdict.End(Assigned, new() { State = JobState.Pending, Message = "no node takes it" }, Now));

    [Theory]
    [InlineData("Complete", true, true, "Deleted")]
    [InlineData("Complete", false, true, "Kept")]
    [InlineData("Failed", true, true, "Kept")]
    [InlineData("Failed", true, false, "Deleted")]
    [InlineData("Suspended", true, true, "Deleted")]
    public void O28_O29_An_ended_Job_is_kept_as_the_configuration_says_and_one_that_goes_on_is_deleted(string condition, bool cleanup, bool preserveFailed, string fate)
    {
        var job = new V1Job { Status = new() { Conditions = [new() { Type = condition, Status = "True" }] } };
        var left = new JobAttempt { Task = Running, LeftAt = Now };

        Assert.Equal(fate, JobVerdict.FateOf(left, job, [], new() { Cleanup = cleanup, PreserveFailedJobs = preserveFailed }, Now).ToString());
    }

    [Fact]
    public void A_pod_whose_task_has_ended_gets_time_to_end_by_itself()
    {
        var (job, left) = (new V1Job(), new JobAttempt { Task = Running, LeftAt = Now, EndedByItself = true });

        Assert.Equal(JobFate.Awaited, JobVerdict.FateOf(left, job, [], new(), Now.AddSeconds(119)));
        Assert.Equal(JobFate.Deleted, JobVerdict.FateOf(left, job, [], new(), Now.AddSeconds(120)));
        Assert.Equal(JobFate.Awaited, JobVerdict.FateOf(left with { EndedByItself = false }, job, [new V1Pod { Status = new() { Phase = "Failed" } }], new(), Now));
        Assert.Equal(JobFate.Gone, JobVerdict.FateOf(left, null, [], new(), Now));
    }
}
