using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Schedules;

/// <summary>One look at a schedule. Pure.</summary>
/// <param name="Schedule">As it is to be stored; the same as before when nothing happened.</param>
/// <param name="Events">What happened.</param>
/// <param name="Cancel">Names of its objects that are to be cancelled.</param>
/// <param name="Delete">Names of its objects that are to be deleted.</param>
internal sealed record ScheduleRound(TaskSchedule Schedule, ImmutableArray<ScheduleEvent> Events, ImmutableArray<string> Cancel, ImmutableArray<string> Delete)
{
    private const int DefaultHistoryLimit = 3;

    /// <summary>Decides what follows for a schedule from the clock and its objects. What is to be created are its active runs with status Starting.</summary>
    /// <param name="schedule">As it is stored.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="objects">Its objects.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="grace">How long after its time somebody else has to begin a run; it is begun here after that.</param>
    public static ScheduleRound Decide(TaskSchedule schedule, ScheduleExpression expression, IReadOnlyList<FiredObject> objects, DateTimeOffset now, TimeSpan grace = default)
    {
        var events = new List<ScheduleEvent>();
        var observed = RunEnds.Observe(schedule, objects, now, events);
        var decided = DueTimes.Decide(observed, expression, now, events, grace);
        return new(ScheduleEdits.WithNext(decided, expression), [.. events], Replaced(decided), Superfluous(decided, objects));
    }

    private static ImmutableArray<string> Replaced(TaskSchedule schedule)
    {
        var active = RunHistory.Active(schedule);
        return schedule.Spec.ConcurrencyPolicy == ConcurrencyPolicy.Replace && active is [.., var last]
            ? [.. active.Where(r => r.Status == ScheduledRunStatus.Running && r.ScheduledAt < last.ScheduledAt).Select(r => r.Task).OfType<string>()]
            : [];
    }

    // What is still to be taken note of is kept.
    private static ImmutableArray<string> Superfluous(TaskSchedule schedule, IReadOnlyList<FiredObject> objects)
    {
        var active = RunHistory.Active(schedule).Select(r => r.Task).ToHashSet();
        var ended = objects.Where(o => o.HasEnded && !active.Contains(o.Name)).OrderByDescending(o => o.ScheduledAt).ToLookup(o => o.Status == ScheduledRunStatus.Completed);
        return
        [
            .. ended[true].Skip(schedule.Spec.SuccessfulHistoryLimit ?? DefaultHistoryLimit).Select(o => o.Name),
            .. ended[false].Skip(schedule.Spec.FailedHistoryLimit ?? DefaultHistoryLimit).Select(o => o.Name),
        ];
    }
}
