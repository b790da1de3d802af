using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Clusters;

public sealed class ClusterRoundTests
{
    private static DateTimeOffset Noon { get; } = Given.Utc("2028-02-28T12:00:00Z");

    [Fact]
    public void A_CronJob_has_a_minute_before_the_operator_begins_the_run_itself()
    {
        var schedule = CountedUntil(Noon.AddHours(-1));

        var (early, late) = (Decide(schedule, Noon.AddSeconds(59)), Decide(schedule, Noon.AddSeconds(60)));

        Assert.Same(schedule, early.Schedule);
        Assert.Equal(ScheduledRunStatus.Starting, Assert.Single(late.Schedule.Status!.Active!).Status);
        Assert.Equal(ScheduleEvent.Fire, Assert.Single(late.Events).Type);
    }

    [Fact]
    public void A_time_that_nobody_began_is_begun_also_when_the_next_one_has_come()
    {
        var stored = Given.Stored(Given.Start, Given.Schedule("@every 1m"));
        var schedule = stored with { Status = stored.Status! with { CountedFor = "@every 1m UTC" } };

        var round = Decide(schedule, Given.Start.AddMinutes(2).AddSeconds(5));

        Assert.Equal(Given.Start.AddMinutes(1), Assert.Single(round.Schedule.Status!.Active!).ScheduledAt);
        Assert.Equal(Given.Start.AddMinutes(1), round.Schedule.Status!.CountedUntil);
    }

    [Fact]
    public void What_a_CronJob_created_is_a_run_with_one_record_and_stays_one()
    {
        var first = Decide(CountedUntil(Noon.AddHours(-1)), Noon.AddSeconds(5), Object(Noon));
        var second = Decide(first.Schedule, Noon.AddSeconds(90), Object(Noon));

        Assert.Equal(ScheduleNames.Correlation(Given.Key, Noon), Assert.Single(first.Events).Run!.CorrelationId);
        Assert.Equal((Noon, 1L), (first.Schedule.Status!.CountedUntil!.Value, first.Schedule.Status!.RunCount));
        Assert.Empty(second.Events);
        Assert.Same(first.Schedule, second.Schedule);
    }

    [Fact]
    public void An_object_whose_time_the_operator_skipped_in_the_same_second_counts_and_the_skip_does_not()
    {
        var schedule = CountedUntil(Noon.AddHours(-1));
        var skipped = RunHistory.End(schedule with { Status = schedule.Status! with { CountedUntil = Noon } }, new() { ScheduledAt = Noon, Status = ScheduledRunStatus.Skipped });

        var status = Decide(skipped, Noon.AddSeconds(5), Object(Noon)).Schedule.Status!;

        Assert.Equal(ScheduleNames.Object("nightly", Noon), Assert.Single(status.Active!).Task);
        Assert.Empty(status.History!);
    }

    [Theory]
    [InlineData("30 * * * *", null, null)]
    [InlineData("0 * * * *", "Asia/Kolkata", null)]
    [InlineData("0 * * * *", null, true)]
    public void What_was_due_before_people_changed_the_times_is_passed_over(string schedule, string? zone, bool? suspend)
    {
        var before = CountedUntil(Noon.AddHours(-5));
        var changed = before with { Spec = before.Spec with { Schedule = schedule, TimeZone = zone, Suspend = suspend } };

        var round = Decide(changed, Noon.AddMinutes(5));

        Assert.Equal(Noon.AddMinutes(5), round.Schedule.Status!.CountedUntil);
        Assert.Null(round.Schedule.Status!.Active);
        Assert.Empty(round.Events);
    }

    [Fact]
    public void Another_prompt_is_no_change_of_times()
    {
        var before = CountedUntil(Noon.AddHours(-5));
        var task = before.Spec.TaskTemplate!;
        var changed = before with { Spec = before.Spec with { TaskTemplate = task with { Spec = task.Spec with { Payload = new() { Prompt = "Look again." } } } } };

        Assert.Single(Decide(changed, Noon.AddMinutes(5)).Schedule.Status!.Active!);
    }

    [Fact]
    public void Objects_that_have_left_the_history_do_not_come_back()
    {
        var schedule = CountedUntil(Noon);

        Assert.Same(schedule, Decide(schedule, Noon.AddMinutes(1), Object(Noon.AddHours(-5)) with { Status = ScheduledRunStatus.Completed }).Schedule);
    }

    [Fact]
    public void The_pause_ends_at_the_next_time_and_at_the_end_of_the_minute_that_a_CronJob_has()
    {
        var schedule = CountedUntil(Noon.AddHours(-1));

        Assert.Equal(TimeSpan.FromSeconds(90), ClusterRound.Pause(schedule, Noon.AddSeconds(-90), ClusterRound.Grace));
        Assert.Equal(TimeSpan.FromSeconds(40), ClusterRound.Pause(schedule, Noon.AddSeconds(20), ClusterRound.Grace));
        Assert.Equal(TimeSpan.FromMinutes(10), ClusterRound.Pause(schedule, Noon.AddMinutes(-50), ClusterRound.Grace));
        Assert.Equal(TimeSpan.FromSeconds(1), ClusterRound.Pause(schedule, Noon.AddHours(3), ClusterRound.Grace));
    }

    private static TaskSchedule CountedUntil(DateTimeOffset at)
    {
        var stored = Given.Stored(Given.Start);
        return ScheduleEdits.WithNext(stored with { Status = stored.Status! with { CountedUntil = at, CountedFor = "0 * * * * UTC" } }, Given.Expression("0 * * * *"));
    }

    private static ScheduleRound Decide(TaskSchedule schedule, DateTimeOffset now, params FiredObject[] objects) =>
        ClusterRound.Decide(schedule, Given.Expression(schedule.Spec.Schedule, schedule.Spec.TimeZone), objects, now, ClusterRound.Grace);

    private static FiredObject Object(DateTimeOffset at) => new()
    {
        Schedule = Given.Key,
        Name = ScheduleNames.Object("nightly", at),
        ScheduledAt = at,
        Status = ScheduledRunStatus.Running,
    };
}
