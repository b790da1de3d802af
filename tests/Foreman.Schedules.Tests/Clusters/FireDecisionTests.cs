using Foreman.Api;

namespace Foreman.Schedules.Tests.Clusters;

public sealed class FireDecisionTests
{
    private static DateTimeOffset Noon { get; } = Given.Utc("2028-02-28T12:00:00Z");

    [Fact]
    public void The_time_of_the_Job_gives_the_object_the_name_that_every_backend_gives_it()
    {
        var decision = FireDecision.Of(Given.Stored(Given.Start), Noon, Noon.AddSeconds(20));

        Assert.Equal(ScheduleNames.Object("nightly", Noon), decision.Fire!.Name);
        Assert.Equal(Noon, decision.Fire!.ScheduledAt);
        Assert.Null(decision.Why);
    }

    [Fact]
    public void A_time_that_is_none_of_the_schedule_begins_nothing()
    {
        var decision = FireDecision.Of(Given.Stored(Given.Start), Noon.AddMinutes(7), Noon.AddMinutes(8));

        Assert.Null(decision.Fire);
        Assert.Contains("no time of the schedule", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Job_of_every_few_minutes_is_for_the_time_before_it_that_the_schedule_counts()
    {
        var decision = FireDecision.Of(Given.Stored(Given.Start, Given.Schedule("@every 10m")), Noon.AddMinutes(3), Noon.AddMinutes(3));

        Assert.Equal(Noon, decision.Fire!.ScheduledAt);
    }

    [Theory]
    [InlineData("Forbid", false)]
    [InlineData("Allow", true)]
    [InlineData("Replace", true)]
    public void While_a_run_goes_on_the_policy_of_the_schedule_decides(string policy, bool begins)
    {
        var schedule = Given.Stored(Given.Start, Given.Schedule(change: s => s with { ConcurrencyPolicy = new(policy) }));
        var running = RunHistory.Begin(schedule, new() { Task = "nightly-1", ScheduledAt = Noon.AddHours(-1), Status = ScheduledRunStatus.Running });

        Assert.Equal(begins, FireDecision.Of(running, Noon, Noon).Fire is not null);
    }

    [Theory]
    [InlineData(0L, 59, true)]
    [InlineData(0L, 60, false)]
    [InlineData(600L, 600, true)]
    [InlineData(600L, 601, false)]
    public void A_pod_that_comes_too_late_for_the_deadline_begins_nothing(long deadline, int seconds, bool begins)
    {
        var schedule = Given.Stored(Given.Start, Given.Schedule(change: s => s with { StartingDeadlineSeconds = deadline }));

        Assert.Equal(begins, FireDecision.Of(schedule, Noon, Noon.AddSeconds(seconds)).Fire is not null);
    }

    [Fact]
    public void What_the_operator_has_dealt_with_is_left_alone_and_what_it_is_about_to_begin_is_begun()
    {
        var schedule = Given.Stored(Given.Start);
        var passed = schedule with { Status = schedule.Status! with { CountedUntil = Noon } };
        var starting = RunHistory.Begin(passed, new() { Task = ScheduleNames.Object("nightly", Noon), ScheduledAt = Noon, Status = ScheduledRunStatus.Starting });

        Assert.Null(FireDecision.Of(passed, Noon, Noon).Fire);
        Assert.NotNull(FireDecision.Of(starting, Noon, Noon).Fire);
    }

    [Fact]
    public void What_was_due_before_a_change_that_the_operator_has_not_seen_is_left_to_it()
    {
        var schedule = Given.Stored(Given.Start);
        var changed = schedule with { Status = schedule.Status! with { CountedFor = "0 3 * * * UTC" } };

        Assert.Null(FireDecision.Of(changed, Noon, Noon.AddSeconds(60)).Fire);
        Assert.NotNull(FireDecision.Of(changed, Noon, Noon.AddSeconds(59)).Fire);
    }

    [Fact]
    public void A_suspended_schedule_begins_nothing_and_a_wrong_one_fails()
    {
        var suspended = Given.Stored(Given.Start, Given.Schedule(change: s => s with { Suspend = true }));
        var wrong = suspended with { Spec = suspended.Spec with { Schedule = "nonsense" } };

        Assert.Null(FireDecision.Of(suspended, Noon, Noon).Fire);
        Assert.Contains("spec.schedule", Assert.Throws<ScheduleException>(() => FireDecision.Of(wrong, Noon, Noon)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nightly-abc-30600000", "2028-03-07T00:00:00Z")]
    [InlineData("by-hand", null)]
    [InlineData("byhand", null)]
    [InlineData("a-99999999999999999", null)]
    [InlineData("a-", null)]
    public void The_name_of_a_Job_tells_its_time(string job, string? time) =>
        Assert.Equal(time is null ? (DateTimeOffset?)null : Given.Utc(time), FireDecision.TimeOfJob(job));
}
