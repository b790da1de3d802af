using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Completions;

/// <summary>Log of ended tasks; event ids 2200 to 2299.</summary>
internal static partial class CompletionLog
{
    [LoggerMessage(2200, LogLevel.Information, "{Task} ended: {Message}")]
    public static partial void Ended(ILogger logger, ObjectKey task, string message);

    [LoggerMessage(2201, LogLevel.Debug, "The end of {Task} is not recorded: the operator stops")]
    public static partial void NotWritten(ILogger logger, ObjectKey task);
}
