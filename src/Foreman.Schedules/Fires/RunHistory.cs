using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Changes of what a schedule's status tells of its runs. Pure.</summary>
internal static class RunHistory
{
    /// <summary>The status of a schedule; an empty one before its first time.</summary>
    public static TaskScheduleStatus StatusOf(TaskSchedule schedule) => schedule.Status ?? new();

    /// <summary>The runs that have not ended.</summary>
    public static IReadOnlyList<ScheduledRun> Active(TaskSchedule schedule) => schedule.Status?.Active ?? [];

    /// <summary>The schedule with a run in place of the active one of its name.</summary>
    public static TaskSchedule Replace(TaskSchedule schedule, ScheduledRun run) => schedule with
    {
        Status = StatusOf(schedule) with { Active = [.. Active(schedule).Select(a => a.Task == run.Task ? run : a)], LastStatus = run.Status },
    };

    /// <summary>The schedule with one more run, which is to be begun.</summary>
    public static TaskSchedule Begin(TaskSchedule schedule, ScheduledRun run) => schedule with
    {
        Status = StatusOf(schedule) with
        {
            Active = [.. Active(schedule), run],
            LastScheduleTime = run.ScheduledAt,
            LastStatus = run.Status,
            RunCount = StatusOf(schedule).RunCount + 1,
        },
    };

    /// <summary>The schedule with a run that is no longer active.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="run">As it ended, or a time without a run.</param>
    /// <param name="wellAt">When it ended well; null when it did not.</param>
    public static TaskSchedule End(TaskSchedule schedule, ScheduledRun run, DateTimeOffset? wellAt = null)
    {
        var status = StatusOf(schedule);
        var active = Active(schedule).Where(a => run.Task is null || a.Task != run.Task).ToArray();
        return schedule with
        {
            Status = status with
            {
                Active = active.Length == 0 ? null : active,
                History = [.. (status.History ?? []).TakeLast(TaskScheduleStatus.MaxHistory - 1), run],
                LastStatus = run.Status,
                LastSuccessfulTime = wellAt ?? status.LastSuccessfulTime,
            },
        };
    }

    /// <summary>What became of the last times of schedules, newest first.</summary>
    /// <param name="schedules">The schedules.</param>
    /// <param name="limit">Most entries, from 1.</param>
    public static IReadOnlyList<ScheduleHistoryEntry> Newest(IEnumerable<TaskSchedule> schedules, int limit) =>
    [
        .. schedules.SelectMany(s => (s.Status?.History ?? []).Concat(Active(s)).Select(r => new ScheduleHistoryEntry(ObjectKey.Of(s), r)))
            .OrderByDescending(e => e.Run.ScheduledAt)
            .Take(limit),
    ];

    /// <summary>A record about a run.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="type">A word of <see cref="ScheduleEvent"/>.</param>
    /// <param name="run">The run.</param>
    /// <param name="now">When.</param>
    /// <param name="reason">Of a skip.</param>
    public static ScheduleEvent Event(TaskSchedule schedule, string type, ScheduledRun run, DateTimeOffset now, string? reason = null) => new()
    {
        Type = type,
        Time = now,
        Schedule = ObjectKey.Of(schedule),
        Source = ScheduleSource.Of(schedule),
        Run = run,
        Reason = reason,
    };
}
