using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>What makes the stored schedules of source yaml the declared ones. Pure.</summary>
/// <param name="Schedules">The declared schedules that are to be written.</param>
/// <param name="Changes">All changes, those of the written schedules first and in their order.</param>
internal sealed record SyncPlan(ImmutableArray<TaskSchedule> Schedules, ImmutableArray<ScheduleChange> Changes)
{
    /// <summary>Decides.</summary>
    /// <param name="stored">All schedules there are.</param>
    /// <param name="declared">All that are declared, without a fault.</param>
    public static SyncPlan Of(ScheduleBook stored, IReadOnlyList<TaskSchedule> declared)
    {
        var wanted = declared.Select(d => ScheduleSource.With(d, ScheduleSource.Yaml)).ToArray();
        var written = wanted.Select(w => (Schedule: w, Change: Change(stored.Find(ObjectKey.Of(w)), w))).Where(w => w.Change is not null).ToArray();
        var names = wanted.Select(w => ObjectKey.Of(w)).ToHashSet();
        var dropped = stored.All.Where(s => ScheduleSource.Of(s) == ScheduleSource.Yaml && !names.Contains(ObjectKey.Of(s)))
            .Select(s => new ScheduleChange(ObjectKey.Of(s), ScheduleChangeKind.Deleted, []));
        return new([.. written.Select(w => w.Schedule)], [.. written.Select(w => w.Change!), .. dropped]);
    }

    private static ScheduleChange? Change(TaskSchedule? stored, TaskSchedule wanted)
    {
        var key = ObjectKey.Of(wanted);
        if (stored is null)
        {
            return new(key, ScheduleChangeKind.Created, []);
        }

        var drift = Drift.Of(stored, wanted);
        return drift.IsEmpty ? null
            : new(key, ScheduleSource.Of(stored) == ScheduleSource.Yaml ? ScheduleChangeKind.Updated : ScheduleChangeKind.TakenOver, drift);
    }
}
