namespace Foreman.Schedules;

/// <summary>What was asked of a schedule can't be done; nothing was changed.</summary>
/// <param name="message">What, why and what to do, without a full stop.</param>
/// <param name="inner">The cause.</param>
public sealed class ScheduleException(string message, Exception? inner = null) : Exception(message, inner);
