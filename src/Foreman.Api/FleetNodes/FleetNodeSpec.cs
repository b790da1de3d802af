using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of a FleetNode, from the admin and the agent's flags.</summary>
public sealed record FleetNodeSpec
{
    /// <summary>Name of the host; cannot be changed.</summary>
    [Required]
    public string NodeName { get => field ?? ""; init; }

    /// <summary>Address of the host in a tailnet, used to reach its model servers.</summary>
    public string? TailscaleAddr { get; init; }

    /// <summary>Roles of the host; by convention worker, verifier and coder.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>True cordons the host: no new tasks; running ones continue.</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>Drains the host: running tasks finish or are checkpointed, no new ones start.</summary>
    public NodeDrain? Drain { get; init; }

    /// <summary>Namespaces whose tasks the admin allows here; absent allows all.</summary>
    [Length(Max = 256, EachMax = 63)]
    public IReadOnlyList<string>? Namespaces { get; init; }
}

/// <summary>A request to drain a host.</summary>
public sealed record NodeDrain
{
    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>When tasks that still run are checkpointed and released.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
