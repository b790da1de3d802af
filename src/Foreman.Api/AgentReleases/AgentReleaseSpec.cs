using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What is rolled out, where and how.</summary>
public sealed record AgentReleaseSpec
{
    /// <summary>Program that is updated.</summary>
    [Required]
    public NodeAgentKind AgentKind { get; init; }

    /// <summary>Version that is rolled out.</summary>
    [Required]
    public string Version { get => field ?? ""; init; }

    /// <summary>Binaries by operating system and processor.</summary>
    public IReadOnlyList<ReleaseArtifact>? Artifacts { get; init; }

    /// <summary>FleetNodes that are updated; absent selects all.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>Most nodes at once.</summary>
    [Default("1")]
    [RangeMinimum(1)]
    public int? Concurrency { get; init; }

    /// <summary>Whether the roll-out may start.</summary>
    [Default("false")]
    public bool? Approved { get; init; }

    /// <summary>Whether the roll-out is held.</summary>
    [Default("false")]
    public bool? Paused { get; init; }

    /// <summary>When a node counts as updated.</summary>
    public HealthGate? HealthGate { get; init; }
}
