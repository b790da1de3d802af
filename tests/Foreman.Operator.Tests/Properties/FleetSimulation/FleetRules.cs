using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>The rules that simulated programs go by: the real ones, or ones with a mistake that must be found.</summary>
internal sealed record FleetRules
{
    /// <summary>What a host's claim is sent as.</summary>
    public Func<V1Patch, V1Patch> Claim { get; init; } = static patch => patch;

    /// <summary>What a host's final write is sent as.</summary>
    public Func<V1Patch, V1Patch> End { get; init; } = static patch => patch;

    /// <summary>What a leader's decision is sent as.</summary>
    public Func<V1Patch, V1Patch> Decide { get; init; } = static patch => patch;

    /// <summary>Whether an operator believes what its watches bring although it knows something newer.</summary>
    public bool TakesOldEvents { get; init; }

    /// <summary>What a decision looks at.</summary>
    public Func<ClusterSnapshot, DateTimeOffset, ClusterSnapshot> Look { get; init; } = static (snapshot, _) => snapshot;

    /// <summary>Whether what was decided counts for the next decision before it is read back.</summary>
    public bool Assumes { get; init; } = true;

    /// <summary>Whether a leader asks its fence before each write.</summary>
    public bool Fenced { get; init; } = true;
}
