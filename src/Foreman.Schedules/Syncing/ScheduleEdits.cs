using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Changes of schedules. Pure.</summary>
internal static class ScheduleEdits
{
    /// <summary>A schedule as it is stored once it was set.</summary>
    /// <param name="stored">The one of its name; null for none.</param>
    /// <param name="wanted">As it shall be, with its source.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="now">In whole seconds.</param>
    /// <returns>The stored one itself when nothing differs.</returns>
    public static TaskSchedule Set(TaskSchedule? stored, TaskSchedule wanted, ScheduleExpression expression, DateTimeOffset now)
    {
        if (stored is null)
        {
            return Create(wanted, expression, now);
        }

        var drift = Drift.Of(stored, wanted);
        if (drift.IsEmpty)
        {
            return stored;
        }

        var status = stored.Status ?? new();
        var begins = BeginsAnew(stored.Spec, wanted.Spec) && (status.CountedUntil is not { } counted || counted < now);
        var changed = stored with
        {
            Metadata = stored.Metadata with
            {
                Labels = wanted.Metadata.Labels,
                Annotations = wanted.Metadata.Annotations,
                Generation = (stored.Metadata.Generation ?? 0) + (drift.Any(f => f.StartsWith("spec.", StringComparison.Ordinal)) ? 1 : 0),
            },
            Spec = wanted.Spec,
            Status = status with { CountedUntil = begins ? now : status.CountedUntil },
        };
        return WithNext(changed, expression);
    }

    /// <summary>The same schedule with its next time.</summary>
    public static TaskSchedule WithNext(TaskSchedule schedule, ScheduleExpression expression)
    {
        var status = schedule.Status ?? new();
        var next = schedule.Spec.Suspend == true ? null : expression.Next(CountedUntil(schedule), Anchor(schedule));
        return status.NextScheduleTime == next && status.ObservedGeneration == schedule.Metadata.Generation
            ? schedule
            : schedule with { Status = status with { NextScheduleTime = next, ObservedGeneration = schedule.Metadata.Generation } };
    }

    /// <summary>Times of a schedule after this one are still to come.</summary>
    public static DateTimeOffset CountedUntil(TaskSchedule schedule) => schedule.Status?.CountedUntil ?? Anchor(schedule);

    /// <summary>When a schedule was made.</summary>
    public static DateTimeOffset Anchor(TaskSchedule schedule) => schedule.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch;

    private static TaskSchedule Create(TaskSchedule wanted, ScheduleExpression expression, DateTimeOffset now) => WithNext(
        new()
        {
            Metadata = new()
            {
                Name = wanted.Name(),
                NamespaceProperty = wanted.Namespace(),
                Labels = wanted.Metadata.Labels,
                Annotations = wanted.Metadata.Annotations,
                CreationTimestamp = now,
                Generation = 1,
            },
            Spec = wanted.Spec,
            Status = new() { CountedUntil = now },
        },
        expression);

    // What has passed was not meant by the new times, nor while it was suspended.
    private static bool BeginsAnew(TaskScheduleSpec stored, TaskScheduleSpec wanted) =>
        stored.Schedule != wanted.Schedule || stored.TimeZone != wanted.TimeZone || (stored.Suspend == true && wanted.Suspend != true);
}
