using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How a release stands.</summary>
public sealed record AgentReleaseStatus
{
    /// <summary>Where it stands.</summary>
    public ReleasePhase? Phase { get; init; }

    /// <summary>Generation that was read.</summary>
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
