using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>Every message that the library logs; ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Kind} {Key} has used up its {Retries} retries: from now on it is tried every {Max}")]
    public static partial void RetriesUsedUp(this ILogger logger, string kind, ObjectKey key, int retries, TimeSpan max);

    [LoggerMessage(2, LogLevel.Debug, "The event about {Kind} {Key} was not written: the controller stops")]
    public static partial void ReconcileEventSkipped(this ILogger logger, string kind, ObjectKey key);

    [LoggerMessage(3, LogLevel.Error, "The objects that {Kind} {Name} concerns could not be found out: its change leads to nothing")]
    public static partial void MappingFailed(this ILogger logger, Exception error, string kind, ObjectKey name);

    [LoggerMessage(4, LogLevel.Information, "The controller {Controller} begins to work with {Count} objects")]
    public static partial void ControllerStarted(this ILogger logger, string controller, int count);

    [LoggerMessage(5, LogLevel.Warning, "The controller {Controller} stops without the end of {Keys}: still at work {Time} after the cancellation")]
    public static partial void ControllerStopTimedOut(this ILogger logger, string controller, string keys, TimeSpan time);

    [LoggerMessage(6, LogLevel.Debug, "The controller {Controller} resyncs no more")]
    public static partial void ResyncStopped(this ILogger logger, string controller);

    [LoggerMessage(7, LogLevel.Warning, "The event {Reason} about {Kind} {Name} could not be stored: {Error}")]
    public static partial void EventNotStored(this ILogger logger, string reason, string kind, string name, string error);

    [LoggerMessage(8, LogLevel.Debug, "The event {Reason} about {Kind} {Name} is one too many")]
    public static partial void EventRateLimited(this ILogger logger, string reason, string kind, string name);

    [LoggerMessage(9, LogLevel.Debug, "The watch of {Kind} has ended")]
    public static partial void WatchStopped(this ILogger logger, string kind);

    [LoggerMessage(10, LogLevel.Debug, "The server no longer remembers where the watch of {Kind} stood: listing again")]
    public static partial void WatchExpired(this ILogger logger, string kind);

    [LoggerMessage(11, LogLevel.Debug, "The server has no streaming lists of {Kind}: listing in pages")]
    public static partial void StreamingListsUnsupported(this ILogger logger, string kind);

    [LoggerMessage(12, LogLevel.Warning, "Can't follow {Kind}: {Error}. Trying again")]
    public static partial void WatchFailed(this ILogger logger, string kind, string error);

    [LoggerMessage(13, LogLevel.Warning, "{Error}")]
    public static partial void ObjectUnreadable(this ILogger logger, string error);

    [LoggerMessage(14, LogLevel.Information, "The API server asks to wait: {Call} is sent in {Wait}")]
    public static partial void RetryAfter(this ILogger logger, string call, TimeSpan wait);

    [LoggerMessage(15, LogLevel.Warning, "The API server warns about {Call}: {Warning}")]
    public static partial void ServerWarning(this ILogger logger, string call, string warning);

    [LoggerMessage(16, LogLevel.Warning, "The Lease {Lease} could not be renewed: {Error}. Trying again")]
    public static partial void LeaseRenewalFailed(this ILogger logger, string lease, string error);

    [LoggerMessage(17, LogLevel.Warning, "The Lease {Lease} could not be renewed within {Limit}. Trying again")]
    public static partial void LeaseRenewalTimedOut(this ILogger logger, string lease, TimeSpan limit);

    [LoggerMessage(18, LogLevel.Warning, "The Lease {Lease} could not be released, it expires by itself: {Error}")]
    public static partial void LeaseReleaseFailed(this ILogger logger, string lease, string error);

    [LoggerMessage(19, LogLevel.Information, "{Identity} no longer holds the Lease {Lease}: {Why}")]
    public static partial void LeadershipLost(this ILogger logger, string identity, string lease, string why);

    [LoggerMessage(20, LogLevel.Warning, "{Identity} could not take, renew or release the Lease {Lease}: {Error}")]
    public static partial void LeaderElectionFailed(this ILogger logger, string identity, string lease, string error);

    [LoggerMessage(21, LogLevel.Debug, "{Identity} stops leading")]
    public static partial void LeadingStopped(this ILogger logger, string identity);

    [LoggerMessage(EventId = 22, Message = "Reconciling {Kind} {Key} has failed ({Failures} in a row) and is tried again: {Error}")]
    public static partial void ReconcileFailed(this ILogger logger, LogLevel level, Exception? exception, string kind, ObjectKey key, int failures, string error);

    [LoggerMessage(23, LogLevel.Information, "The certificate files for {Server} have changed: new connections use them")]
    public static partial void CertificateFilesChanged(this ILogger logger, Uri server);

    [LoggerMessage(24, LogLevel.Warning, "{Problem}. The certificates that were read before stay in use")]
    public static partial void CertificateFilesUnreadable(this ILogger logger, string problem);
}
