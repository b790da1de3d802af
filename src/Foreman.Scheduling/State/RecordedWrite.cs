namespace Foreman.Scheduling;

/// <summary>The last write that was planned for an object.</summary>
/// <param name="Body">The write, as text.</param>
/// <param name="At">Uptime of the decision.</param>
public sealed record RecordedWrite(string Body, TimeSpan At);
