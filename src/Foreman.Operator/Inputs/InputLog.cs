using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Inputs;

/// <summary>Log of the files for tasks; event ids 2500 to 2599.</summary>
internal static partial class InputLog
{
    [LoggerMessage(2500, LogLevel.Information, "{Task} has its {Count} files")]
    public static partial void Filled(ILogger logger, ObjectKey task, int count);

    [LoggerMessage(2501, LogLevel.Information, "{Task} waits for a file: {Problem}")]
    public static partial void Missing(ILogger logger, ObjectKey task, string problem);

    [LoggerMessage(2502, LogLevel.Error, "Files of {Task} could not be looked for; it is tried again")]
    public static partial void Fault(ILogger logger, Exception exception, ObjectKey task);
}
