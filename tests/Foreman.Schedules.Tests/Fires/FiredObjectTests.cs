using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Fires;

/// <summary>What objects tell of runs.</summary>
public sealed class FiredObjectTests
{
    [Fact]
    public void A_task_without_a_schedule_tells_nothing() => Assert.Null(FiredObject.Of(new AgenticTask { Metadata = new() { Name = "a" } }));

    [Fact]
    public void A_task_that_waits_or_runs_has_not_ended()
    {
        var fired = FiredObject.Of(Task(new()))!;

        Assert.False(fired.HasEnded);
        Assert.Equal(Given.Key, fired.Schedule);
        Assert.Equal(Given.Start, fired.ScheduledAt);
    }

    [Fact]
    public void F32_A_task_that_ended_tells_its_verdict_and_how_long_it_took()
    {
        var fired = FiredObject.Of(Task(new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.NoGo, StartedAt = Given.Start, FinishedAt = Given.Start.AddSeconds(61) }))!;

        Assert.Equal(ScheduledRunStatus.Completed, fired.Status);
        Assert.Equal((Verdict?)Verdict.NoGo, fired.Verdict);
        Assert.Equal(61, fired.Seconds);
        Assert.False(fired.EndedWell);
    }

    [Fact]
    public void A_task_that_failed_tells_why()
    {
        var fired = FiredObject.Of(Task(new() { Phase = TaskPhase.Failed, FailureReason = FailureReason.Timeout }))!;

        Assert.Equal(ScheduledRunStatus.Failed, fired.Status);
        Assert.Equal("Timeout", fired.Message);
        Assert.Null(fired.Seconds);
    }

    [Fact]
    public void A_workload_that_completed_ended_well()
    {
        var fire = ScheduledFire.Of(Given.Schedule(change: s => s with { TaskTemplate = null, WorkloadTemplate = new() { Spec = new() { Intent = "Tidy up." } } }), Given.Start);
        var workload = fire.Workload! with
        {
            Metadata = fire.Workload!.Metadata with { CreationTimestamp = Given.Start },
            Status = new()
            {
                Phase = WorkloadPhase.Completed,
                Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, LastTransitionTime = Given.Start.AddMinutes(2) }],
            },
        };

        var fired = FiredObject.Of(workload)!;

        Assert.True(fired.EndedWell);
        Assert.Equal(120, fired.Seconds);
        Assert.False(FiredObject.Of(fire.Workload!)!.HasEnded);
    }

    private static AgenticTask Task(AgenticTaskStatus status) => ScheduledFire.Of(Given.Schedule(), Given.Start).Task! with { Status = status };
}
