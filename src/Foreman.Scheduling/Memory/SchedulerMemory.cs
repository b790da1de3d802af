using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>What one decision tells the next one. It can be lost at any time: then every timer starts again.</summary>
public sealed record SchedulerMemory
{
    /// <summary>Nothing seen yet.</summary>
    public static SchedulerMemory Empty { get; } = new();

    /// <summary>Leases by host.</summary>
    public ImmutableDictionary<string, LeaseSighting> Leases { get; init; } = ImmutableDictionary<string, LeaseSighting>.Empty;

    /// <summary>Tasks by UID.</summary>
    public ImmutableDictionary<string, TaskSighting> Tasks { get; init; } = ImmutableDictionary<string, TaskSighting>.Empty;

    /// <summary>Hosts that left assignments unclaimed.</summary>
    public ImmutableDictionary<string, NodeTrial> Trials { get; init; } = ImmutableDictionary<string, NodeTrial>.Empty;

    /// <summary>Last planned writes, by what they are written to.</summary>
    public ImmutableDictionary<string, WriteSighting> Writes { get; init; } = ImmutableDictionary<string, WriteSighting>.Empty;

    /// <summary>True while all or most hosts are silent at once: nothing is released then.</summary>
    public bool Disrupted { get; init; }
}
