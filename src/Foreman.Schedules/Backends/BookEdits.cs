using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>A change of all schedules.</summary>
/// <typeparam name="T">What its caller gets.</typeparam>
/// <param name="Book">As they are to be stored; the same book when nothing changes.</param>
/// <param name="Events">What happened, told once that is stored.</param>
/// <param name="Result">For the caller.</param>
internal sealed record BookEdit<T>(ScheduleBook Book, ImmutableArray<ScheduleEvent> Events, T Result);

/// <summary>What calls of a backend change. Pure.</summary>
internal static class BookEdits
{
    /// <summary>Makes the schedules of source yaml those that are declared.</summary>
    /// <param name="book">All schedules.</param>
    /// <param name="declared">Without a fault.</param>
    /// <param name="now">In whole seconds.</param>
    public static BookEdit<IReadOnlyList<ScheduleChange>> Sync(ScheduleBook book, IReadOnlyList<TaskSchedule> declared, DateTimeOffset now)
    {
        var plan = SyncPlan.Of(book, declared);
        var written = plan.Schedules.Aggregate(book, (b, s) => b.With(ScheduleEdits.Set(b.Find(ObjectKey.Of(s)), s, Expression(s), now)));
        var after = plan.Changes.Where(c => c.Kind == ScheduleChangeKind.Deleted).Aggregate(written, (b, c) => b.Without(c.Schedule));
        return new(after, [.. plan.Changes.Select(c => Modified(c, ScheduleSource.Yaml, now))], plan.Changes);
    }

    /// <summary>Creates a schedule or changes the one of its name.</summary>
    /// <param name="book">All schedules.</param>
    /// <param name="schedule">As it shall be.</param>
    /// <param name="allowDynamic">Whether models may make schedules.</param>
    /// <param name="now">In whole seconds.</param>
    /// <exception cref="ScheduleException">It is wrong or not allowed.</exception>
    public static BookEdit<TaskSchedule> Set(ScheduleBook book, TaskSchedule schedule, bool allowDynamic, DateTimeOffset now)
    {
        if (ScheduleRules.Faults(schedule, out var expression) is { IsEmpty: false } faults)
        {
            throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)}: {string.Join("; ", faults)}");
        }

        var wanted = ScheduleSource.With(schedule, ScheduleSource.Of(schedule));
        if (ScheduleSource.Of(wanted) == ScheduleSource.Llm)
        {
            DynamicRules.CheckSet(wanted, expression!, book, allowDynamic);
        }

        var key = ObjectKey.Of(wanted);
        var stored = book.Find(key);
        var set = ScheduleEdits.Set(stored, wanted, expression!, now);
        if (ReferenceEquals(set, stored))
        {
            return new(book, [], set);
        }

        var kind = stored is null ? ScheduleChangeKind.Created : ScheduleSource.Of(stored) == ScheduleSource.Of(wanted) ? ScheduleChangeKind.Updated : ScheduleChangeKind.TakenOver;
        var change = new ScheduleChange(key, kind, stored is null ? [] : Drift.Of(stored, wanted));
        return new(book.With(set), [Modified(change, ScheduleSource.Of(wanted), now)], set);
    }

    /// <summary>Deletes a schedule that a model made.</summary>
    /// <param name="book">All schedules.</param>
    /// <param name="key">Which.</param>
    /// <param name="allowDynamic">Whether models may delete schedules.</param>
    /// <param name="now">In whole seconds.</param>
    /// <exception cref="ScheduleException">It is declared, or that is not allowed.</exception>
    public static BookEdit<bool> Delete(ScheduleBook book, ObjectKey key, bool allowDynamic, DateTimeOffset now)
    {
        if (book.Find(key) is not { } stored)
        {
            return new(book, [], false);
        }

        DynamicRules.CheckDelete(stored, allowDynamic);
        return new(book.Without(key), [Modified(new(key, ScheduleChangeKind.Deleted, []), ScheduleSource.Of(stored), now)], true);
    }

    private static ScheduleExpression Expression(TaskSchedule schedule) =>
        ScheduleExpression.Parse(schedule.Spec.Schedule, schedule.Spec.TimeZone, out _) ?? throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)} is never due");

    private static ScheduleEvent Modified(ScheduleChange change, string source, DateTimeOffset now) => new()
    {
        Type = ScheduleEvent.Modify,
        Time = now,
        Schedule = change.Schedule,
        Source = source,
        Change = change,
    };
}
