using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>What the host of the operator logs. Event ids from 1 to 19 are of this class.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    public static partial void FlagHasNoEffect(this ILogger logger, string warning);

    [LoggerMessage(2, LogLevel.Information, "Connected to {Server} as {Identity}")]
    public static partial void Connected(this ILogger logger, Uri server, string identity);

    [LoggerMessage(3, LogLevel.Information, "The leader is {Leader}")]
    public static partial void LeaderIs(this ILogger logger, string? leader);

    [LoggerMessage(4, LogLevel.Information, "Told to stop")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "{Error}; trying for {Seconds:0} s")]
    public static partial void RetryingStart(this ILogger logger, string error, double seconds);

    [LoggerMessage(6, LogLevel.Warning, "No longer the leader: nothing is decided here any more. Standing for election again")]
    public static partial void SteppedDown(this ILogger logger);

    [LoggerMessage(7, LogLevel.Warning, "These CRDs may be older than this binary ({Difference}), though they lack no field: helm upgrade")]
    public static partial void DefinitionsWithoutVersion(this ILogger logger, string difference);
}
