namespace Foreman.Scheduling;

/// <summary>What the mirrors look at.</summary>
/// <param name="Snapshot">The cluster.</param>
/// <param name="State">What is remembered, this decision's sightings included.</param>
/// <param name="Fleet">The hosts with their tasks after this decision.</param>
/// <param name="Now">Time of day.</param>
internal sealed record ProjectionInput(ClusterSnapshot Snapshot, SchedulerState State, FleetView Fleet, DateTimeOffset Now);
