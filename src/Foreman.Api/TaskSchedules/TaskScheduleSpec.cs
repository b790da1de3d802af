using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of a TaskSchedule: what is begun, and when.</summary>
public sealed record TaskScheduleSpec
{
    /// <summary>
    /// When: five fields as crontab(5) has them (minute, hour, day of month, month, day of week), @hourly, @daily, @midnight, @weekly,
    /// @monthly, @yearly, @annually, or @every and a duration in whole minutes such as @every 90m.
    /// </summary>
    [Required]
    [Length(Min = 1, Max = 200)]
    public string Schedule { get => field ?? ""; init; }

    /// <summary>Time zone of the fields by its name in the tz database, such as Europe/Berlin; UTC when absent.</summary>
    [Length(Max = 100)]
    public string? TimeZone { get; init; }

    /// <summary>True begins nothing; what is under way goes on, and what falls into this time is not made up.</summary>
    public bool? Suspend { get; init; }

    /// <summary>The AgenticTask that is created each time.</summary>
    public ScheduledTaskTemplate? TaskTemplate { get; init; }

    /// <summary>The Workload that is created each time.</summary>
    public ScheduledWorkloadTemplate? WorkloadTemplate { get; init; }

    /// <summary>What happens while an earlier run has not ended; Forbid when absent.</summary>
    public ConcurrencyPolicy? ConcurrencyPolicy { get; init; }

    /// <summary>
    /// Seconds after its time within which a missed run is made up, once however many were missed; 0 makes up none, absent makes up one
    /// however late. A run that begins within a minute of its time has not been missed.
    /// </summary>
    [RangeMinimum(0)]
    public long? StartingDeadlineSeconds { get; init; }

    /// <summary>Most succeeded runs whose objects are kept; 3 when absent.</summary>
    [RangeMinimum(0)]
    public int? SuccessfulHistoryLimit { get; init; }

    /// <summary>Most failed runs whose objects are kept; 3 when absent.</summary>
    [RangeMinimum(0)]
    public int? FailedHistoryLimit { get; init; }

    /// <summary>Who is told of each end; nobody when absent.</summary>
    public ScheduleNotification? Notify { get; init; }
}

/// <summary>An AgenticTask that a schedule creates.</summary>
public sealed record ScheduledTaskTemplate
{
    /// <summary>Labels and annotations that it gets.</summary>
    public TemplateMetadata? Metadata { get; init; }

    /// <summary>Its desired state.</summary>
    [Required]
    public AgenticTaskSpec Spec { get => field ?? new(); init; }
}

/// <summary>A Workload that a schedule creates.</summary>
public sealed record ScheduledWorkloadTemplate
{
    /// <summary>Labels and annotations that it gets.</summary>
    public TemplateMetadata? Metadata { get; init; }

    /// <summary>Its desired state.</summary>
    [Required]
    public WorkloadSpec Spec { get => field ?? new(); init; }
}

/// <summary>Labels and annotations of what is created.</summary>
public sealed record TemplateMetadata
{
    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>Who is told of the end of a run.</summary>
public sealed record ScheduleNotification
{
    /// <summary>Name of a channel of the operator.</summary>
    [Required]
    [Length(Min = 1, Max = 63)]
    public string Channel { get => field ?? ""; init; }

    /// <summary>Whom within the channel; the channel's own when absent.</summary>
    [Length(Max = 253)]
    public string? Target { get; init; }
}
