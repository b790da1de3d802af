using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>What follows from the times of a schedule that have come. Pure.</summary>
internal static class DueTimes
{
    /// <summary>
    /// Deals with the times that have come since the last look. However many there are, at most one run is begun, for the last of them.
    /// </summary>
    /// <param name="schedule">The schedule, with its runs as they are.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="events">Gets a record for what is begun or skipped.</param>
    /// <param name="grace">How long after its time somebody else has to begin a run; it is begun here after that.</param>
    public static TaskSchedule Decide(TaskSchedule schedule, ScheduleExpression expression, DateTimeOffset now, List<ScheduleEvent> events, TimeSpan grace = default)
    {
        if (schedule.Spec.Suspend == true
            || expression.Within(ScheduleEdits.CountedUntil(schedule), now, ScheduleEdits.Anchor(schedule)) is not { } due)
        {
            return schedule;
        }

        if (grace <= now - due.Latest || Obstacle(schedule, due, now) is not null)
        {
            return Deal(schedule, due, now, events);
        }

        // What still has its grace waits; what was due before that does not wait for it.
        return expression.Within(ScheduleEdits.CountedUntil(schedule), now - grace, ScheduleEdits.Anchor(schedule)) is { } ripe ? Deal(schedule, ripe, now, events) : schedule;
    }

    /// <summary>What keeps a run from being begun; null for nothing.</summary>
    /// <param name="schedule">The schedule, with its runs as they are.</param>
    /// <param name="due">The times that have come.</param>
    /// <param name="now">In whole seconds.</param>
    public static (string Reason, string Why)? Obstacle(TaskSchedule schedule, Slots due, DateTimeOffset now)
    {
        if (RunEnds.IsTooLate(schedule.Spec, due.Latest, now))
        {
            return (SkipReasons.Missed, due.Count == 1 ? "it was noticed too late for startingDeadlineSeconds" : $"it and {Others(due)} were noticed too late for startingDeadlineSeconds");
        }

        var running = RunHistory.Active(schedule).Where(r => r.Status == ScheduledRunStatus.Running).ToArray();
        if (running is [var first, ..] && (schedule.Spec.ConcurrencyPolicy ?? ConcurrencyPolicy.Forbid) == ConcurrencyPolicy.Forbid)
        {
            return (SkipReasons.Overlap, $"{first.Task} has not ended{(due.Count == 1 ? "" : $"; {Others(due)} were skipped too")}");
        }

        return running.Length >= TaskScheduleStatus.MaxActive
            ? (SkipReasons.TooManyActive, string.Create(CultureInfo.InvariantCulture, $"{running.Length} runs have not ended"))
            : null;
    }

    private static TaskSchedule Deal(TaskSchedule schedule, Slots due, DateTimeOffset now, List<ScheduleEvent> events)
    {
        var counted = schedule with { Status = RunHistory.StatusOf(schedule) with { CountedUntil = due.Latest } };
        return Obstacle(schedule, due, now) is { } obstacle
            ? Skip(counted, due.Latest, obstacle, now, events)
            : Begin(GiveUp(counted, now, events), due, now, events);
    }

    private static TaskSchedule Skip(TaskSchedule schedule, DateTimeOffset scheduledAt, (string Reason, string Why) obstacle, DateTimeOffset now, List<ScheduleEvent> events)
    {
        var run = new ScheduledRun { ScheduledAt = scheduledAt, Status = ScheduledRunStatus.Skipped, Message = obstacle.Why, CorrelationId = ScheduleNames.Correlation(ObjectKey.Of(schedule), scheduledAt) };
        events.Add(RunHistory.Event(schedule, ScheduleEvent.Skip, run, now, obstacle.Reason));
        return RunHistory.End(schedule, run);
    }

    private static TaskSchedule Begin(TaskSchedule schedule, Slots due, DateTimeOffset now, List<ScheduleEvent> events)
    {
        var run = new ScheduledRun
        {
            Task = ScheduleNames.Object(schedule.Name(), due.Latest),
            ScheduledAt = due.Latest,
            Status = ScheduledRunStatus.Starting,
            CorrelationId = ScheduleNames.Correlation(ObjectKey.Of(schedule), due.Latest),
        };
        events.Add(RunHistory.Event(schedule, ScheduleEvent.Fire, run, now));
        return RunHistory.Begin(schedule, run);
    }

    /// <summary>Ends the runs that could not be created until the next one is due: they will not be.</summary>
    public static TaskSchedule GiveUp(TaskSchedule schedule, DateTimeOffset now, List<ScheduleEvent> events) =>
        RunHistory.Active(schedule).Where(r => r.Status == ScheduledRunStatus.Starting).Aggregate(schedule, (s, r) => RunEnds.End(
            s, r with { Status = ScheduledRunStatus.Failed, Message = $"it could not be created before the next time came{RunEnds.Because(r)}" }, now, events));

    private static string Others(Slots due) => string.Create(
        CultureInfo.InvariantCulture, $"{(due.Count == Slots.MostCounted ? "more than " : "")}{due.Count - 1} earlier times");
}
