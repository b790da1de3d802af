namespace Foreman.Scheduling;

/// <summary>An event to record once the write has arrived.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">Message for people.</param>
public sealed record PlannedEvent(bool Warning, string Reason, string Message);
