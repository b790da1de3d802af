using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Fires;

/// <summary>What one look at a schedule decides.</summary>
public sealed class ScheduleRoundTests
{
    private static readonly DateTimeOffset Eleven = Given.Utc("2028-02-28T11:00:00Z");

    [Fact]
    public void Nothing_changes_before_the_first_time()
    {
        var stored = Given.Stored(Given.Start);

        var round = Look(stored, Eleven.AddSeconds(-1));

        Assert.Same(stored, round.Schedule);
        Assert.Empty(round.Events);
    }

    [Fact]
    public void A_run_is_begun_at_its_time_and_not_twice()
    {
        var round = Look(Given.Stored(Given.Start), Eleven);
        var status = round.Schedule.Status!;

        var run = Assert.Single(status.Active!);
        Assert.Equal(ScheduleNames.Object("nightly", Eleven), run.Task);
        Assert.Equal(ScheduledRunStatus.Starting, run.Status);
        Assert.Equal(Eleven, run.ScheduledAt);
        Assert.Equal(Eleven, status.LastScheduleTime);
        Assert.Equal(1, status.RunCount);
        Assert.Equal(Eleven.AddHours(1), status.NextScheduleTime);
        Assert.Equal(ScheduleEvent.Fire, Assert.Single(round.Events).Type);
        Assert.Same(round.Schedule, Look(round.Schedule, Eleven.AddMinutes(59)).Schedule);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0L, false)]
    [InlineData(1799L, false)]
    [InlineData(1800L, true)]
    [InlineData(86400L, true)]
    public void F30_Of_missed_times_the_last_one_is_made_up_within_the_deadline(long? deadline, bool isMadeUp)
    {
        var stored = Given.Stored(Given.Start, Given.Schedule(change: s => s with { StartingDeadlineSeconds = deadline }));

        var round = Look(stored, Given.Utc("2028-02-28T15:30:00Z"));

        Assert.Equal(Given.Utc("2028-02-28T16:00:00Z"), round.Schedule.Status!.NextScheduleTime);
        var happened = Assert.Single(round.Events);
        Assert.Equal(Given.Utc("2028-02-28T15:00:00Z"), happened.Run!.ScheduledAt);
        Assert.Equal(isMadeUp ? ScheduleEvent.Fire : ScheduleEvent.Skip, happened.Type);
        Assert.Equal(isMadeUp ? null : SkipReasons.Missed, happened.Reason);
        Assert.Contains(isMadeUp ? "" : "4 earlier times", happened.Run!.Message ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void F30_A_run_within_its_minute_has_not_been_missed(int seconds, bool isBegun)
    {
        var stored = Given.Stored(Given.Start, Given.Schedule(change: s => s with { StartingDeadlineSeconds = 0 }));

        Assert.Equal(isBegun ? ScheduleEvent.Fire : ScheduleEvent.Skip, Assert.Single(Look(stored, Eleven.AddSeconds(seconds)).Events).Type);
    }

    [Fact]
    public void F29_A_time_passes_while_an_earlier_run_goes_on()
    {
        var running = Look(Look(Given.Stored(Given.Start), Eleven).Schedule, Eleven.AddSeconds(5), Running(Eleven)).Schedule;

        var round = Look(running, Eleven.AddHours(1), Running(Eleven));

        var skip = Assert.Single(round.Events);
        Assert.Equal(ScheduleEvent.Skip, skip.Type);
        Assert.Equal(SkipReasons.Overlap, skip.Reason);
        Assert.Equal(ScheduledRunStatus.Skipped, Assert.Single(round.Schedule.Status!.History!).Status);
        Assert.Single(round.Schedule.Status!.Active!);
        Assert.Same(round.Schedule, Look(round.Schedule, Eleven.AddMinutes(61), Running(Eleven)).Schedule);
    }

    [Fact]
    public void F29_With_Allow_both_go_on_and_with_Replace_the_earlier_one_is_cancelled()
    {
        foreach (var policy in new[] { ConcurrencyPolicy.Allow, ConcurrencyPolicy.Replace })
        {
            var stored = Given.Stored(Given.Start, Given.Schedule(change: s => s with { ConcurrencyPolicy = policy }));
            var running = Look(Look(stored, Eleven).Schedule, Eleven.AddSeconds(5), Running(Eleven)).Schedule;

            var round = Look(running, Eleven.AddHours(1), Running(Eleven));

            Assert.Equal(2, round.Schedule.Status!.Active!.Count);
            Assert.Equal(policy == ConcurrencyPolicy.Replace ? Running(Eleven).Name : "", string.Join(' ', round.Cancel));
        }
    }

    [Fact]
    public void With_Allow_runs_do_not_pile_up_without_end()
    {
        var full = Given.Stored(Given.Start, Given.Schedule(change: s => s with { ConcurrencyPolicy = ConcurrencyPolicy.Allow }));
        var objects = Enumerable.Range(1, TaskScheduleStatus.MaxActive).Select(i => Running(Given.Start.AddHours(-i))).ToArray();
        full = full with
        {
            Status = full.Status! with { Active = [.. objects.Select(o => new ScheduledRun { Task = o.Name, ScheduledAt = o.ScheduledAt, Status = ScheduledRunStatus.Running })] },
        };

        Assert.Equal(SkipReasons.TooManyActive, Assert.Single(Look(full, Eleven, objects).Events).Reason);
    }

    [Fact]
    public void A_suspended_schedule_begins_nothing_and_makes_nothing_up_once_it_goes_on()
    {
        var suspended = Given.Stored(Given.Start, Given.Schedule(change: s => s with { Suspend = true }));
        Assert.Null(suspended.Status!.NextScheduleTime);
        Assert.Same(suspended, Look(suspended, Eleven.AddHours(3)).Schedule);

        var resumed = ScheduleEdits.Set(suspended, ScheduleSource.With(Given.Schedule(), ScheduleSource.Llm), Given.Expression("0 * * * *"), Eleven.AddMinutes(90));

        Assert.Same(resumed, Look(resumed, Eleven.AddMinutes(119)).Schedule);
        Assert.Equal(Eleven.AddHours(2), Assert.Single(Look(resumed, Eleven.AddHours(2)).Events).Run!.ScheduledAt);
    }

    [Fact]
    public void New_times_make_up_nothing_that_they_would_have_meant_before()
    {
        var edited = ScheduleEdits.Set(
            Given.Stored(Given.Start), ScheduleSource.With(Given.Schedule("5 10 * * *"), ScheduleSource.Llm), Given.Expression("5 10 * * *"), Given.Start.AddMinutes(10));

        Assert.Empty(Look(edited, Given.Start.AddMinutes(30), expression: "5 10 * * *").Events);
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_nothing_again()
    {
        var ran = Look(Look(Given.Stored(Given.Start), Eleven).Schedule, Eleven.AddSeconds(5), Ended(Eleven)).Schedule;

        Assert.Empty(Look(ran, Given.Start.AddHours(-5), Ended(Eleven)).Events);
        Assert.Empty(Look(ran, Eleven, Ended(Eleven)).Events);
    }

    [Fact]
    public void An_object_that_people_deleted_is_told_as_a_failure()
    {
        var running = Look(Look(Given.Stored(Given.Start), Eleven).Schedule, Eleven.AddSeconds(5), Running(Eleven)).Schedule;

        var round = Look(running, Eleven.AddMinutes(5));

        Assert.Null(round.Schedule.Status!.Active);
        Assert.Contains("deleted", Assert.Single(round.Schedule.Status!.History!).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void History_keeps_the_last_twenty()
    {
        var schedule = Given.Stored(Given.Start);
        for (var hour = 0; hour < 25; hour++)
        {
            schedule = Look(Look(schedule, Eleven.AddHours(hour)).Schedule, Eleven.AddHours(hour).AddSeconds(5), Ended(Eleven.AddHours(hour))).Schedule;
        }

        Assert.Equal(25, schedule.Status!.RunCount);
        Assert.Equal(Enumerable.Range(5, 20).Select(h => Eleven.AddHours(h)), schedule.Status!.History!.Select(r => r.ScheduledAt));
    }

    [Fact]
    public void Objects_beyond_the_limits_are_deleted_oldest_first_and_none_that_runs()
    {
        var schedule = Given.Stored(Given.Start, Given.Schedule(change: s => s with { SuccessfulHistoryLimit = 1, FailedHistoryLimit = 0 }));
        FiredObject[] objects =
        [
            Ended(Eleven.AddHours(-1)), Ended(Eleven.AddHours(-3)), Ended(Eleven.AddHours(-2)),
            Ended(Eleven.AddHours(-4)) with { Status = ScheduledRunStatus.Failed }, Running(Eleven.AddHours(-5)),
        ];

        Assert.Equal($"{objects[2].Name} {objects[1].Name} {objects[3].Name}", string.Join(' ', Look(schedule, Given.Start, objects).Delete));
    }

    private static ScheduleRound Look(TaskSchedule schedule, DateTimeOffset now, params FiredObject[] objects) => Look(schedule, now, "0 * * * *", objects);

    private static ScheduleRound Look(TaskSchedule schedule, DateTimeOffset now, string expression, params FiredObject[] objects) =>
        ScheduleRound.Decide(schedule, Given.Expression(expression), objects, now);

    private static FiredObject Running(DateTimeOffset at) => new()
    {
        Schedule = new ObjectKey("team", "nightly"),
        Name = ScheduleNames.Object("nightly", at),
        ScheduledAt = at,
        Status = ScheduledRunStatus.Running,
    };

    private static FiredObject Ended(DateTimeOffset at) => Running(at) with { Status = ScheduledRunStatus.Completed, EndedWell = true, FinishedAt = at.AddSeconds(4), Seconds = 4, Verdict = Verdict.Go };
}
