using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>One look at a schedule whose runs a CronJob begins. Pure.</summary>
internal static class ClusterRound
{
    /// <summary>How long a CronJob has to begin a run; the operator does it after that, under the same name.</summary>
    public static readonly TimeSpan Grace = RunEnds.OnTime;

    /// <summary>Decides what follows for a schedule from the clock and its objects, those included that its CronJob has created.</summary>
    /// <param name="schedule">As it is stored.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="objects">Its objects.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="grace">How long a CronJob has; 0 where there is none.</param>
    public static ScheduleRound Decide(
        TaskSchedule schedule, ScheduleExpression expression, IReadOnlyList<FiredObject> objects, DateTimeOffset now, TimeSpan grace)
    {
        var events = new List<ScheduleEvent>();
        var begun = objects.OrderBy(o => o.ScheduledAt).Aggregate(schedule, (s, o) => IsNew(s, o) ? Begin(s, o, now, events) : s);
        var round = ScheduleRound.Decide(Counted(begun, now), expression, objects, now, grace);
        return round with { Events = [.. events, .. round.Events] };
    }

    /// <summary>How long nothing is to be done for a schedule unless something of it changes.</summary>
    /// <param name="schedule">As it was left.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="grace">How long a CronJob has.</param>
    public static TimeSpan Pause(TaskSchedule schedule, DateTimeOffset now, TimeSpan grace)
    {
        var isStarting = RunHistory.Active(schedule).Any(r => r.Status == ScheduledRunStatus.Starting);
        var most = isStarting ? TimeSpan.FromSeconds(5) : RunHistory.Active(schedule).Count > 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10);
        if (schedule.Status?.NextScheduleTime is not { } next)
        {
            return most;
        }

        var left = next > now ? next - now : next + grace - now;
        return left >= most ? most : left < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left;
    }

    /// <summary>Whether the times of a schedule have changed, or its suspension, since they were counted last.</summary>
    public static bool IsChanged(TaskSchedule schedule) => schedule.Status?.CountedFor is { } counted && counted != TimesOf(schedule.Spec);

    // Whoever changes a schedule in a cluster changes its spec alone; what was due before that was not meant by the new times.
    private static TaskSchedule Counted(TaskSchedule schedule, DateTimeOffset now)
    {
        var (status, times) = (RunHistory.StatusOf(schedule), TimesOf(schedule.Spec));
        var isPassed = IsChanged(schedule) && ScheduleEdits.CountedUntil(schedule) < now;
        return status.CountedFor == times ? schedule : schedule with { Status = status with { CountedFor = times, CountedUntil = isPassed ? now : status.CountedUntil } };
    }

    private static string TimesOf(TaskScheduleSpec spec) => $"{spec.Schedule} {spec.TimeZone ?? "UTC"}{(spec.Suspend == true ? " suspended" : "")}";

    private static bool IsNew(TaskSchedule schedule, FiredObject obj)
    {
        var history = schedule.Status?.History ?? [];
        var isKnown = RunHistory.Active(schedule).Concat(history).Any(r => r.Task == obj.Name);
        return !isKnown && RunHistory.Active(schedule).Count < TaskScheduleStatus.MaxActive
            && (obj.ScheduledAt > ScheduleEdits.CountedUntil(schedule) || history.Any(r => IsSkipOf(r, obj)));
    }

    // A CronJob and the operator may decide in the same second; what was created counts.
    private static bool IsSkipOf(ScheduledRun run, FiredObject obj) => run.Task is null && run.ScheduledAt == obj.ScheduledAt;

    private static TaskSchedule Begin(TaskSchedule schedule, FiredObject obj, DateTimeOffset now, List<ScheduleEvent> events)
    {
        var run = new ScheduledRun
        {
            Task = obj.Name,
            ScheduledAt = obj.ScheduledAt,
            Status = ScheduledRunStatus.Running,
            CorrelationId = ScheduleNames.Correlation(ObjectKey.Of(schedule), obj.ScheduledAt),
        };
        var begun = RunHistory.Begin(DueTimes.GiveUp(schedule, now, events), run);
        events.Add(RunHistory.Event(schedule, ScheduleEvent.Fire, run, now));
        var counted = ScheduleEdits.CountedUntil(schedule);
        return begun with
        {
            Status = RunHistory.StatusOf(begun) with
            {
                CountedUntil = obj.ScheduledAt > counted ? obj.ScheduledAt : counted,
                History = begun.Status?.History is { } history ? [.. history.Where(r => !IsSkipOf(r, obj))] : null,
            },
        };
    }
}
