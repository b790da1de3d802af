using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Schedules;

/// <summary>Log of schedules; event ids 2900 to 2999.</summary>
internal static partial class ScheduleLog
{
    [LoggerMessage(2900, LogLevel.Information, "{Type} {Schedule} (source {Source}): {What}")]
    public static partial void Happened(ILogger logger, string type, string schedule, string source, string what);

    [LoggerMessage(2901, LogLevel.Warning, "CronJobs of schedules that are gone could not be looked for, and are left: {Error}")]
    public static partial void NotLookedFor(ILogger logger, string error);
}
