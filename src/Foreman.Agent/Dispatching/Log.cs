using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Dispatching;

/// <summary>Everything that dispatching logs: event ids 400 to 499 of this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Debug, "{Task} could not be read again: {Error}")]
    public static partial void TaskNotReadAgain(this ILogger logger, string task, string error);
}
