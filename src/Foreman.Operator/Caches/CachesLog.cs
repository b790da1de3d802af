using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Caches;

/// <summary>Log of the caches; event ids 2100 to 2199.</summary>
internal static partial class CachesLog
{
    [LoggerMessage(2100, LogLevel.Debug, "InferenceServices are no longer followed")]
    public static partial void ServicesStopped(ILogger logger);

    [LoggerMessage(2101, LogLevel.Debug, "InferenceServices are not served here: {Error}")]
    public static partial void ServicesNotServed(ILogger logger, string error);

    [LoggerMessage(2102, LogLevel.Information, "{Count} quotas and weights are in force")]
    public static partial void QuotasRead(ILogger logger, int count);

    [LoggerMessage(2103, LogLevel.Error, "The ConfigMap {Map} has errors, and {Kept} in force: {Errors}")]
    public static partial void QuotasInvalid(ILogger logger, ObjectKey map, string kept, string errors);

    [LoggerMessage(2104, LogLevel.Warning, "The ConfigMap {Map} can't be read, and so there are no quotas until it can: {Error}. Grant get, list and watch of it; the chart does")]
    public static partial void QuotasForbidden(ILogger logger, ObjectKey map, string error);

    [LoggerMessage(2105, LogLevel.Debug, "The event about wrong quotas is not written: the operator stops")]
    public static partial void QuotaEventNotWritten(ILogger logger);
}
