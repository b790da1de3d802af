using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Backends;

/// <summary>Log of the backend of Jobs; event ids 2800 to 2899.</summary>
internal static partial class JobBackendLog
{
    [LoggerMessage(2800, LogLevel.Information, "Job {Namespace}/{Job} is there for attempt {Attempt} of task {Task}")]
    public static partial void Created(ILogger logger, string? @namespace, string job, long attempt, string task);

    [LoggerMessage(2801, LogLevel.Information, "Job {Namespace}/{Job} of task {Task}: {Outcome} ({Reason}): {Message}")]
    public static partial void Ended(ILogger logger, string? @namespace, string job, string task, string outcome, string reason, string message);

    [LoggerMessage(2802, LogLevel.Information, "Job {Namespace}/{Job} was deleted: its task has left attempt {Attempt}")]
    public static partial void Deleted(ILogger logger, string? @namespace, string job, long attempt);

    [LoggerMessage(2803, LogLevel.Warning, "Job {Namespace}/{Job} could not be seen to; it is tried again: {Error}")]
    public static partial void TriedAgain(ILogger logger, string? @namespace, string job, string error);

    [LoggerMessage(2804, LogLevel.Error, "Job {Namespace}/{Job} could not be seen to, for a reason that was not foreseen; it is tried again")]
    public static partial void Unforeseen(ILogger logger, Exception exception, string? @namespace, string job);

    [LoggerMessage(2805, LogLevel.Information, "Jobs can be made in namespace {Namespace}")]
    public static partial void PreflightPassed(ILogger logger, string @namespace);

    [LoggerMessage(2806, LogLevel.Error, "Jobs can't be made in namespace {Namespace}: {Why}")]
    public static partial void PreflightFailed(ILogger logger, string @namespace, string why);

    [LoggerMessage(2807, LogLevel.Warning, "Whether Jobs can be made in namespace {Namespace} could not be found out: {Error}")]
    public static partial void PreflightUnknown(ILogger logger, string @namespace, string error);

    [LoggerMessage(2808, LogLevel.Warning, "The logs of pod {Namespace}/{Pod} were not kept: {Error}")]
    public static partial void LogsNotKept(ILogger logger, string? @namespace, string pod, string error);
}
