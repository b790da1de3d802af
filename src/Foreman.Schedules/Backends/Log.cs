using Microsoft.Extensions.Logging;

namespace Foreman.Schedules;

/// <summary>Every message of this room; ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Schedules could not be looked at, and will be again: {Error}")]
    public static partial void RoundFailed(this ILogger logger, string error);

    [LoggerMessage(2, LogLevel.Warning, "Schedule {Schedule}: {Name} could not be created, and will be tried again: {Error}")]
    public static partial void NotCreated(this ILogger logger, string schedule, string name, string error);

    [LoggerMessage(3, LogLevel.Warning, "Schedule {Schedule}: {Name} was refused: {Error}")]
    public static partial void Refused(this ILogger logger, string schedule, string name, string error);

    [LoggerMessage(4, LogLevel.Warning, "Schedule {Schedule}: {Name} could not be cancelled or deleted, and will be tried again: {Error}")]
    public static partial void NotRemoved(this ILogger logger, string schedule, string name, string error);

    [LoggerMessage(5, LogLevel.Warning, "Schedule {Schedule} is not obeyed: {Fault}")]
    public static partial void NotObeyed(this ILogger logger, string schedule, string fault);
}
