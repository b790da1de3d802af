using Microsoft.Extensions.Logging;

namespace Foreman.Git;

/// <summary>Everything that this room logs; never a token. Event ids are unique within this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The mirror of {Repository} is damaged and is cloned anew: {Reason}")]
    public static partial void MirrorDamaged(this ILogger logger, string repository, string reason);

    [LoggerMessage(2, LogLevel.Information, "Removed the mirror {Mirror} ({Megabytes} MiB), which was not used for long or took too much space")]
    public static partial void MirrorRemoved(this ILogger logger, string mirror, long megabytes);

    [LoggerMessage(3, LogLevel.Warning, "The mirror of {Repository} keeps its many packs: {Reason}")]
    public static partial void MirrorNotPacked(this ILogger logger, string repository, string reason);
}
