using Foreman.Api;
using Foreman.Schedules;

namespace Foreman.Operator.Schedules;

/// <summary>What the daemon's flags say about schedules.</summary>
internal sealed record ScheduleSettings
{
    /// <summary>Which backend keeps them.</summary>
    public ScheduleBackendKind Backend { get; init; } = ScheduleBackendKind.File;

    /// <summary>File of declared ones; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Declared ones beside those of the file.</summary>
    public IReadOnlyList<TaskSchedule> Declared { get; init; } = [];

    /// <summary>Whether models may make schedules.</summary>
    public bool AllowDynamic { get; init; }

    /// <summary>Image of the pods of CronJobs; null for no CronJobs.</summary>
    public string? FireImage { get; init; }
}
