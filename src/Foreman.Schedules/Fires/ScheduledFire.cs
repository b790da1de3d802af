using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Schedules;

/// <summary>A run that is to be begun: the object that is to be created.</summary>
public sealed record ScheduledFire
{
    /// <summary>The schedule.</summary>
    public required ObjectKey Schedule { get; init; }

    /// <summary>The time of the schedule.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Name of the object, in the schedule's namespace.</summary>
    public required string Name { get; init; }

    /// <summary>The AgenticTask that is to be created; null for a Workload.</summary>
    public AgenticTask? Task { get; init; }

    /// <summary>The Workload that is to be created; null for an AgenticTask.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The run of a schedule at one of its times. Pure: the same time gives the same object.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="scheduledAt">The time.</param>
    internal static ScheduledFire Of(TaskSchedule schedule, DateTimeOffset scheduledAt)
    {
        var name = ScheduleNames.Object(schedule.Name(), scheduledAt);
        return new()
        {
            Schedule = ObjectKey.Of(schedule),
            ScheduledAt = scheduledAt,
            Name = name,
            Task = schedule.Spec.TaskTemplate is { } task ? new AgenticTask { Metadata = Metadata(schedule, name, scheduledAt, task.Metadata), Spec = task.Spec } : null,
            Workload = schedule.Spec.WorkloadTemplate is { } workload ? new Workload { Metadata = Metadata(schedule, name, scheduledAt, workload.Metadata), Spec = workload.Spec } : null,
        };
    }

    private static V1ObjectMeta Metadata(TaskSchedule schedule, string name, DateTimeOffset scheduledAt, TemplateMetadata? template) => new()
    {
        Name = name,
        NamespaceProperty = schedule.Namespace(),
        Labels = With(template?.Labels, (Labels.Schedule, schedule.Name())),
        Annotations = With(
            template?.Annotations,
            (Labels.ScheduledAt, Rfc3339Converter.Format(scheduledAt)),
            (Labels.CorrelationId, ScheduleNames.Correlation(ObjectKey.Of(schedule), scheduledAt))),
    };

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string>? given, params ReadOnlySpan<(string Key, string Value)> ours)
    {
        var all = new Dictionary<string, string>(given ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in ours)
        {
            all[key] = value;
        }

        return all;
    }
}
