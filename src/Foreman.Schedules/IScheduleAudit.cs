using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Gets a record of everything that happens to schedules.</summary>
public interface IScheduleAudit
{
    /// <summary>Takes a record; what it tells is stored already.</summary>
    void Record(ScheduleEvent happened);
}

/// <summary>Something that happened to a schedule.</summary>
public sealed record ScheduleEvent
{
    /// <summary>A run was begun.</summary>
    public const string Fire = "schedule_fire";

    /// <summary>A run ended.</summary>
    public const string Complete = "schedule_complete";

    /// <summary>A time of the schedule passed without a run.</summary>
    public const string Skip = "schedule_skip";

    /// <summary>A schedule was created, changed or deleted.</summary>
    public const string Modify = "schedule_modify";

    /// <summary>One of the words above.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The schedule.</summary>
    public required ObjectKey Schedule { get; init; }

    /// <summary>Source of the schedule.</summary>
    public required string Source { get; init; }

    /// <summary>Of a run, or of a time without one: what is known of it. Fire and complete of a run have the same correlation id.</summary>
    public ScheduledRun? Run { get; init; }

    /// <summary>Why a time passed without a run, as one of <see cref="SkipReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>What was changed of the schedule.</summary>
    public ScheduleChange? Change { get; init; }
}

/// <summary>Why a time of a schedule passes without a run.</summary>
public static class SkipReasons
{
    /// <summary>An earlier run had not ended.</summary>
    public const string Overlap = "Overlap";

    /// <summary>It was noticed too late.</summary>
    public const string Missed = "Missed";

    /// <summary>As many runs as are allowed had not ended.</summary>
    public const string TooManyActive = "TooManyActive";
}
