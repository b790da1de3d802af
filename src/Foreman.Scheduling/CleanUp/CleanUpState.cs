using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>What is known of the objects that may be deleted one day. A new leader begins with nothing.</summary>
public sealed record CleanUpState
{
    /// <summary>Nothing observed yet.</summary>
    public static CleanUpState Empty { get; } = new();

    /// <summary>Ended tasks by UID; empty while none is ever deleted.</summary>
    public ImmutableDictionary<string, ObservedEnd> Tasks { get; init; } = ImmutableDictionary<string, ObservedEnd>.Empty;

    /// <summary>FleetNodes without a live agent, by UID.</summary>
    public ImmutableDictionary<string, ObservedAbsence> Nodes { get; init; } = ImmutableDictionary<string, ObservedAbsence>.Empty;

    /// <summary>Uptime at which ended tasks are looked at again; zero for at once.</summary>
    public TimeSpan LookAt { get; init; }
}

/// <summary>A task that has ended.</summary>
/// <param name="Since">Uptime at which it ended; negative for before the operator started.</param>
/// <param name="AskedAt">Uptime at which its deletion was last decided; null when it was not.</param>
public sealed record ObservedEnd(TimeSpan Since, TimeSpan? AskedAt = null);

/// <summary>A FleetNode whose agent is gone.</summary>
/// <param name="ByChoice">True when the agent was told to stop.</param>
/// <param name="Since">Uptime at which that was first seen.</param>
/// <param name="AskedAt">Uptime at which its deletion was last decided; null when it was not.</param>
public sealed record ObservedAbsence(bool ByChoice, TimeSpan Since, TimeSpan? AskedAt = null);

/// <summary>What is known of a Workload or Workflow.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Ended">True when nothing is left to do for it until its spec changes.</param>
public readonly record struct ObservedWorkload(string Uid, bool Ended);
