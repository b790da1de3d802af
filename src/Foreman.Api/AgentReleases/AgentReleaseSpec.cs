using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of an AgentRelease.</summary>
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

    /// <summary>Whether the roll-out is paused.</summary>
    [Default("false")]
    public bool? Paused { get; init; }

    /// <summary>When a node counts as updated.</summary>
    public HealthGate? HealthGate { get; init; }
}

/// <summary>One binary of a release.</summary>
public sealed record ReleaseArtifact
{
    /// <summary>Operating system.</summary>
    [Required]
    public ReleaseOs Os { get; init; }

    /// <summary>Processor.</summary>
    [Required]
    public ReleaseArch Arch { get; init; }

    /// <summary>URL.</summary>
    [Required]
    public string Url { get => field ?? ""; init; }

    /// <summary>SHA-256 in hexadecimal.</summary>
    [Required]
    [Pattern("^[0-9a-f]{64}$")]
    public string Sha256 { get => field ?? ""; init; }
}

/// <summary>When a node counts as updated.</summary>
public sealed record HealthGate
{
    /// <summary>Seconds that it must stay healthy.</summary>
    [Default("60")]
    [RangeMinimum(0)]
    public int? MinHealthySeconds { get; init; }

    /// <summary>Seconds after which it counts as failed.</summary>
    [Default("600")]
    [RangeMinimum(1)]
    public int? TimeoutSeconds { get; init; }
}

/// <summary>Chooses objects by their labels (meta/v1 LabelSelector).</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that must all match.</summary>
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Further requirements, all of which must match.</summary>
    public IReadOnlyList<LabelSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>One requirement on a label (meta/v1 LabelSelectorRequirement).</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>Label.</summary>
    [Required]
    public string Key { get => field ?? ""; init; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required]
    public string Operator { get => field ?? ""; init; }

    /// <summary>Values for In and NotIn.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
