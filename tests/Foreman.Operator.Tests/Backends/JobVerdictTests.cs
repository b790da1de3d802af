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
        var end = JobVerdict.End(Of(Running), new() { State = JobState.Failed, Reason = new(reason), Message = $"{reason}: pod team/p: so it is" }, Now)!;

        Assert.Equal((outcome, recorded, $"{reason}: pod team/p: so it is"), (end.Outcome.Value, end.Reason, end.Message));
    }

    [Fact]
    public void J23_A_result_that_a_pod_wrote_at_its_end_has_time_to_arrive()
    {
        var succeeded = new JobOutcome { State = JobState.Succeeded, Pod = "p", FinishedAt = Now };

        Assert.Null(JobVerdict.End(Of(Running), succeeded, Now.AddSeconds(4)));
        Assert.Equal(Now + JobVerdict.ResultTime, JobVerdict.LookAgainAt(Of(Running), succeeded));
        var end = JobVerdict.End(Of(Running), succeeded, Now.AddSeconds(5))!;
        Assert.Equal((AttemptOutcome.Lost, Reasons.HolderLost, "pod team/p ended with exit code 0 and left no result"), (end.Outcome, end.Reason, end.Message));
    }

    [Fact]
    public void A_pod_that_runs_and_does_not_claim_loses_its_assignment_and_one_that_has_claimed_goes_on()
    {
        var running = new JobOutcome { State = JobState.Running, Pod = "p", StartedAt = Now };

        Assert.Null(JobVerdict.End(Of(Assigned), running, Now.AddSeconds(119)));
        Assert.Equal(AttemptOutcome.Unclaimed, JobVerdict.End(Of(Assigned), running, Now.AddSeconds(120))?.Outcome);
        Assert.Null(JobVerdict.End(Of(Running), running, Now.AddHours(7)));
        Assert.Null(JobVerdict.LookAgainAt(Of(Running), running));
    }

    [Fact]
    public void A_Job_that_waits_ends_nothing() => Assert.Null(JobVerdict.End(Of(Assigned), new() { State = JobState.Pending, Message = "no node takes it" }, Now));

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

    [Fact]
    public void C20_A_container_succeeds_by_its_exit_code_once_its_report_has_had_time()
    {
        var reporting = new JobOutcome { State = JobState.Succeeded, Pod = "p", FinishedAt = Now, MayStillWrite = true };

        Assert.Null(JobVerdict.End(Of(Container), reporting, Now.AddSeconds(19)));
        Assert.Null(JobVerdict.End(Of(Container), reporting with { MayStillWrite = false }, Now.AddSeconds(4)));
        var end = JobVerdict.End(Of(Container), reporting with { MayStillWrite = false }, Now.AddSeconds(5))!;
        Assert.Equal((AttemptOutcome.Succeeded, "Succeeded", 0), (end.Outcome, end.Reason, end.ExitCode));
    }

    [Fact]
    public void C21_O21_A_container_fails_with_its_exit_code()
    {
        var end = JobVerdict.End(Of(Container), new() { State = JobState.Failed, Reason = FailureReason.ContainerExit, ExitCode = 3, Message = "m" }, Now)!;

        Assert.Equal((AttemptOutcome.Failed, "ContainerExit", 3), (end.Outcome, end.Reason, end.ExitCode));
    }

    [Fact]
    public void J21_J22_A_container_is_ended_by_its_time_and_by_cancel()
    {
        var limited = Container with { Spec = Container.Spec with { TimeoutSeconds = 60 } };
        var running = new JobOutcome { State = JobState.Running, Pod = "p", StartedAt = Now };

        Assert.Null(JobVerdict.End(Of(limited), running, Now.AddSeconds(59)));
        Assert.Equal("Timeout", JobVerdict.End(Of(limited), running, Now.AddSeconds(60))?.Reason);
        Assert.Equal("Cancelled", JobVerdict.Unwanted(Container with { Spec = Container.Spec with { Cancel = true } })?.Reason);
        Assert.Null(JobVerdict.Unwanted(Running with { Spec = Running.Spec with { Cancel = true } }));
        Assert.Null(JobVerdict.Unwanted(Container));
    }

    private static AgenticTask Container { get; } = Running with { Spec = Running.Spec with { Container = new() { Image = "example.com/coder:1" } } };

    private static JobRun Of(AgenticTask task) => new() { Task = task, Attempt = 1 };
}
