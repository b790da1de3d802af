using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Dispatching;

/// <summary>Everything that dispatching logs: event ids 400 to 499 of this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Debug, "{Task} could not be read again: {Error}")]
    public static partial void TaskNotReadAgain(this ILogger logger, string task, string error);

    [LoggerMessage(401, LogLevel.Error, "The watch of the tasks broke off; it begins again")]
    public static partial void WatchBrokeOff(this ILogger logger, Exception exception);

    [LoggerMessage(402, LogLevel.Error, "A change of a task or of this host could not be dealt with")]
    public static partial void NotDispatched(this ILogger logger, Exception exception);
}
