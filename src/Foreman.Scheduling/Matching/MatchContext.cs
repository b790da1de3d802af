namespace Foreman.Scheduling;

/// <summary>What a clause looks at.</summary>
/// <param name="Demand">What the task asks.</param>
/// <param name="Node">What the host offers.</param>
/// <param name="Uptime">Time of the decision on the operator's own clock.</param>
/// <param name="PendingSince">Uptime since when the task has been waiting.</param>
internal sealed record MatchContext(Demand Demand, NodeView Node, TimeSpan Uptime, TimeSpan PendingSince);
