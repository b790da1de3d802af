using Foreman.Api;

namespace Foreman.Schedules;

/// <summary>What became of the runs of a schedule. Pure.</summary>
internal static class RunEnds
{
    /// <summary>A run that begins within this time has not been missed.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    /// <summary>Takes over what the objects of a schedule tell.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="objects">Its objects.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="events">Gets a record for each end.</param>
    public static TaskSchedule Observe(TaskSchedule schedule, IReadOnlyList<FiredObject> objects, DateTimeOffset now, List<ScheduleEvent> events)
    {
        foreach (var run in RunHistory.Active(schedule))
        {
            var obj = objects.FirstOrDefault(o => o.Name == run.Task);
            if (obj is { HasEnded: true })
            {
                schedule = End(schedule, Ended(run, obj), now, events, obj.EndedWell ? obj.FinishedAt ?? now : null);
            }
            else if (obj is not null && run.Status != ScheduledRunStatus.Running)
            {
                schedule = RunHistory.Replace(schedule, run with { Status = ScheduledRunStatus.Running, Message = null });
            }
            else if (obj is null && WhyLost(schedule, run, now) is { } why)
            {
                schedule = End(schedule, run with { Status = ScheduledRunStatus.Failed, Message = why }, now, events);
            }
        }

        return schedule;
    }

    /// <summary>Ends a run, with a record.</summary>
    public static TaskSchedule End(TaskSchedule schedule, ScheduledRun run, DateTimeOffset now, List<ScheduleEvent> events, DateTimeOffset? wellAt = null)
    {
        events.Add(RunHistory.Event(schedule, ScheduleEvent.Complete, run, now));
        return RunHistory.End(schedule, run, wellAt);
    }

    /// <summary>Whether a time is too long ago for a run to be begun for it.</summary>
    public static bool IsTooLate(TaskScheduleSpec spec, DateTimeOffset scheduledAt, DateTimeOffset now) =>
        now - scheduledAt >= OnTime && spec.StartingDeadlineSeconds is { } deadline && now - scheduledAt > TimeSpan.FromSeconds(deadline);

    private static ScheduledRun Ended(ScheduledRun run, FiredObject obj) =>
        run with { Status = obj.Status, Verdict = obj.Verdict, Seconds = obj.Seconds, Message = obj.Message };

    private static string? WhyLost(TaskSchedule schedule, ScheduledRun run, DateTimeOffset now) =>
        run.Status == ScheduledRunStatus.Running ? "its object was deleted before it had ended"
        : IsTooLate(schedule.Spec, run.ScheduledAt, now) ? $"it could not be created within startingDeadlineSeconds{Because(run)}"
        : null;

    /// <summary>What kept a run from being created, to be put behind what follows from it.</summary>
    public static string Because(ScheduledRun run) => run.Message is { } message ? $": {message}" : "";
}
