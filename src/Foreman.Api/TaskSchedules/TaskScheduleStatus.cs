using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a TaskSchedule.</summary>
public sealed record TaskScheduleStatus
{
    /// <summary>Most entries of <see cref="History"/>.</summary>
    public const int MaxHistory = 20;

    /// <summary>Most entries of <see cref="Active"/>.</summary>
    public const int MaxActive = 100;

    /// <summary>The time of the schedule for which a run was begun last.</summary>
    public DateTimeOffset? LastScheduleTime { get; init; }

    /// <summary>When a run ended well last.</summary>
    public DateTimeOffset? LastSuccessfulTime { get; init; }

    /// <summary>The next time of the schedule; absent while it is suspended.</summary>
    public DateTimeOffset? NextScheduleTime { get; init; }

    /// <summary>Times of the schedule up to this one, included, have been dealt with: begun, skipped or passed over.</summary>
    public DateTimeOffset? CountedUntil { get; init; }

    /// <summary>
    /// Expression, time zone and suspension that countedUntil is about, as one text: when they have changed, what was due
    /// before the change is passed over. Absent where the schedule can't be changed without that being counted.
    /// </summary>
    public string? CountedFor { get; init; }

    /// <summary>How the last run stands or ended.</summary>
    public ScheduledRunStatus? LastStatus { get; init; }

    /// <summary>Runs that were begun so far.</summary>
    [RangeMinimum(0)]
    public long RunCount { get; init; }

    /// <summary>Runs that have not ended, oldest first.</summary>
    [Length(Max = MaxActive)]
    public IReadOnlyList<ScheduledRun>? Active { get; init; }

    /// <summary>What became of the last times of the schedule, oldest first.</summary>
    [Length(Max = MaxHistory)]
    public IReadOnlyList<ScheduledRun>? History { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted and Synced.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>What became of one time of a schedule.</summary>
public sealed record ScheduledRun
{
    /// <summary>Name of the AgenticTask or Workload; absent where none was to be created.</summary>
    public string? Task { get; init; }

    /// <summary>The time of the schedule.</summary>
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>How it stands or ended.</summary>
    public ScheduledRunStatus Status { get; init; }

    /// <summary>Outcome of an AgenticTask.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Wall-clock seconds from its start to its end.</summary>
    [RangeMinimum(0)]
    public long? Seconds { get; init; }

    /// <summary>Names the run in audit records, and in an annotation of its object.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Why it was skipped or failed, or what keeps it from being created.</summary>
    public string? Message { get; init; }
}
