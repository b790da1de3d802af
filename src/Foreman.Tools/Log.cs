using Microsoft.Extensions.Logging;

namespace Foreman.Tools;

/// <summary>Everything that the tools log; never the arguments of a call, which may be secret. Event ids are unique within this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The tool {Tool} failed unexpectedly")]
    public static partial void ToolFault(this ILogger logger, Exception exception, string tool);
}
