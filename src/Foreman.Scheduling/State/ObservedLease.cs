namespace Foreman.Scheduling;

/// <summary>What the operator saw of one host's Lease, on its own clock: the host's clock plays no part.</summary>
public sealed record ObservedLease
{
    /// <summary>Holder; empty when the agent released it.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>The renewal time as it stands in the Lease: only compared for being another one.</summary>
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>Uptime at which the Lease last changed.</summary>
    public TimeSpan ChangedAt { get; init; }

    /// <summary>Uptime at which this holder was first seen.</summary>
    public TimeSpan HolderSince { get; init; }

    /// <summary>True once silence was taken for death; the next renewal takes it back.</summary>
    public bool Dead { get; init; }
}
