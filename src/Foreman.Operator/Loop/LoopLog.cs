using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>Log of the scheduler's loop; event ids 2000 to 2099.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(2000, LogLevel.Debug, "{Decision} {Object} was written")]
    public static partial void Written(ILogger logger, string decision, ObjectKey @object);

    [LoggerMessage(2001, LogLevel.Debug, "{Decision} {Object} came too late: {Error}")]
    public static partial void Stale(ILogger logger, string decision, ObjectKey @object, string error);

    [LoggerMessage(2002, LogLevel.Warning, "{Decision} {Object} failed and is decided again: {Error}")]
    public static partial void Failed(ILogger logger, string decision, ObjectKey @object, string error);

    [LoggerMessage(2003, LogLevel.Debug, "{Decision} {Object} is left to the next leader: {Error}")]
    public static partial void LeftToNextLeader(ILogger logger, string decision, ObjectKey @object, string error);

    [LoggerMessage(2004, LogLevel.Debug, "The event {Reason} about {Object} was not written: the operator stops")]
    public static partial void EventNotWritten(ILogger logger, string reason, ObjectKey @object);

    [LoggerMessage(2005, LogLevel.Warning, "More than {Most} writes of lane {Lane} wait: the oldest is dropped. Look at the load of the API server")]
    public static partial void Dropped(ILogger logger, int most, WriteLane lane);

    [LoggerMessage(2009, LogLevel.Error, "{Decision} {Object} failed in a way that was not foreseen; it is decided again")]
    public static partial void Unforeseen(ILogger logger, Exception exception, string decision, ObjectKey @object);

    [LoggerMessage(2010, LogLevel.Information, "FleetNode {Object} was deleted: {Why}")]
    public static partial void NodeDeleted(ILogger logger, ObjectKey @object, string why);

    [LoggerMessage(2011, LogLevel.Warning, "{Decision} {Object} is not allowed, and others are not either: {Error}. Install the chart's roles (helm upgrade), or set the flag of that clean-up to 0; this is said once")]
    public static partial void MayNotDelete(ILogger logger, string decision, ObjectKey @object, string error);

    [LoggerMessage(2012, LogLevel.Warning, "The API server has too much to do and asks to wait {Seconds} s: nothing is written until then, and half as much at once after it")]
    public static partial void Paused(ILogger logger, double seconds);

    [LoggerMessage(2015, LogLevel.Warning, "The API server has too much to do and asks to wait {Seconds} s: lane {Lane} sends nothing until then, the others go on")]
    public static partial void LanePaused(ILogger logger, double seconds, WriteLane lane);

    [LoggerMessage(2006, LogLevel.Debug, "The scheduler has stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2007, LogLevel.Warning, "Most hosts fell silent at once: nothing is taken back until they are heard of again. Look at the network between hosts and API server")]
    public static partial void Disrupted(ILogger logger);

    [LoggerMessage(2008, LogLevel.Information, "Most hosts are heard of again; every timer starts anew")]
    public static partial void DisruptionOver(ILogger logger);

    [LoggerMessage(2013, LogLevel.Warning, "Most hosts of site \"{Site}\" fell silent at once while others go on: its tasks stay there for {Minutes} min. Look at the network of that site")]
    public static partial void SiteSilent(ILogger logger, string site, double minutes);

    [LoggerMessage(2014, LogLevel.Information, "Site \"{Site}\" is judged host by host again")]
    public static partial void SiteSilenceOver(ILogger logger, string site);
}
