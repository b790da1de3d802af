using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Caches;

/// <summary>Log of the caches; event ids 2100 to 2199.</summary>
internal static partial class CachesLog
{
    [LoggerMessage(2100, LogLevel.Debug, "InferenceServices are no longer followed")]
    public static partial void ServicesStopped(ILogger logger);

    [LoggerMessage(2101, LogLevel.Debug, "InferenceServices are not served here: {Error}")]
    public static partial void ServicesNotServed(ILogger logger, string error);
}
