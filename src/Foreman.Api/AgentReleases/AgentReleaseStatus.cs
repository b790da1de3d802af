using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of an AgentRelease.</summary>
public sealed record AgentReleaseStatus
{
    /// <summary>Phase.</summary>
    public ReleasePhase? Phase { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Version that is rolled out.</summary>
    public string? DesiredVersion { get; init; }

    /// <summary>Nodes that are selected.</summary>
    public int? TargetNodes { get; init; }

    /// <summary>Nodes that run the version.</summary>
    public int? UpdatedNodes { get; init; }

    /// <summary>Nodes that are being updated.</summary>
    public IReadOnlyList<string>? InFlightNodes { get; init; }

    /// <summary>One entry per selected node.</summary>
    [ListMap("name")]
    public IReadOnlyList<NodeReleaseStatus>? NodeStatuses { get; init; }

    /// <summary>Approved, Complete and Halted.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>State of one node in a release.</summary>
public sealed record NodeReleaseStatus
{
    /// <summary>Name of the FleetNode.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Version that it runs.</summary>
    public string? ObservedVersion { get; init; }

    /// <summary>Phase.</summary>
    public NodeUpdatePhase? Phase { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>When the update was requested.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>When its phase last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>More, for people.</summary>
    public string? Message { get; init; }
}
