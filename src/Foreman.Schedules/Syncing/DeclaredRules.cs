using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>What declared schedules must be like together. Pure.</summary>
internal static class DeclaredRules
{
    /// <summary>Everything that is wrong with them, with the schedule before it; empty for nothing.</summary>
    public static ImmutableArray<string> Faults(IReadOnlyList<TaskSchedule> declared) =>
    [
        .. declared.SelectMany(d => ScheduleRules.Faults(d, out _).Select(f => $"schedule {ScheduleRules.Shown(d)}: {f}")),
        .. declared.Where(d => d.GetLabel(Labels.ScheduleSource) is not (null or ScheduleSource.Yaml))
            .Select(d => $"schedule {ScheduleRules.Shown(d)}: metadata.labels: {Labels.ScheduleSource} of a declared schedule is {ScheduleSource.Yaml}; leave it out"),
        .. declared.GroupBy(d => ObjectKey.Of(d)).Where(g => g.Count() > 1)
            .Select(g => $"schedule {ScheduleRules.Shown(g.First())}: it is declared {g.Count()} times"),
    ];
}
