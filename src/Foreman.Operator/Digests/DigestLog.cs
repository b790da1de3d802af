using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Digests;

/// <summary>Log of the digests; event ids 2300 to 2399.</summary>
internal static partial class DigestLog
{
    [LoggerMessage(2300, LogLevel.Warning, "The digest of {Task} was not written: {Error}")]
    public static partial void NotWritten(ILogger logger, ObjectKey task, string error);

    [LoggerMessage(2301, LogLevel.Warning, "The digest of {Task} is not of the whole transcript: {LeftOut}")]
    public static partial void NotComplete(ILogger logger, ObjectKey task, string leftOut);
}
