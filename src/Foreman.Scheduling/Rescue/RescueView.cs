namespace Foreman.Scheduling;

/// <summary>What is known about the holder of a task.</summary>
/// <param name="Liveness">Its host.</param>
/// <param name="NodeExists">False when there is no such FleetNode.</param>
/// <param name="Lease">The host's Lease; null when none was seen.</param>
/// <param name="Since">Uptime since when the task stands in this attempt and phase.</param>
/// <param name="Uptime">Time of the decision.</param>
/// <param name="Identity">Identity of this operator.</param>
internal sealed record RescueView(NodeLiveness Liveness, bool NodeExists, ObservedLease? Lease, TimeSpan Since, TimeSpan Uptime, string Identity);
