using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>What one decision tells the next one. It can be lost at any time: then every timer starts again.</summary>
public sealed record SchedulerState
{
    /// <summary>Nothing seen yet.</summary>
    public static SchedulerState Empty { get; } = new();

    /// <summary>Leases by host.</summary>
    public ImmutableDictionary<string, ObservedLease> Leases { get; init; } = ImmutableDictionary<string, ObservedLease>.Empty;

    /// <summary>Tasks by UID.</summary>
    public ImmutableDictionary<string, ObservedTask> Tasks { get; init; } = ImmutableDictionary<string, ObservedTask>.Empty;

    /// <summary>Hosts that left assignments unclaimed.</summary>
    public ImmutableDictionary<string, NodeProbation> Probations { get; init; } = ImmutableDictionary<string, NodeProbation>.Empty;

    /// <summary>Last planned writes, by what they are written to.</summary>
    public ImmutableDictionary<string, RecordedWrite> Writes { get; init; } = ImmutableDictionary<string, RecordedWrite>.Empty;

    /// <summary>True while all or most hosts are silent at once: nothing is released then.</summary>
    public bool Disrupted { get; init; }
}
