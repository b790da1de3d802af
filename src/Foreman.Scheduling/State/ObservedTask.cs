using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Since when a task stands where it stands, on the operator's own clock.</summary>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Since">Uptime at which this attempt was first seen in this phase.</param>
public sealed record ObservedTask(long Attempt, TaskPhase Phase, TimeSpan Since);
