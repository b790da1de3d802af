using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where one node stands in a release.</summary>
public sealed record NodeReleaseStatus
{
    /// <summary>Name of the FleetNode.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Version that it runs.</summary>
    public string? ObservedVersion { get; init; }

    /// <summary>Where it stands.</summary>
    public NodeUpdatePhase? Phase { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was asked to update.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>When its phase last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>More, for people.</summary>
    public string? Message { get; init; }
}
