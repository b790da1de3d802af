using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What the admin and the agent's flags say about a host.</summary>
public sealed record FleetNodeSpec
{
    /// <summary>Name of the host; cannot be changed.</summary>
    [Required]
    public string NodeName { get => field ?? ""; init; }

    /// <summary>Address of the host in a tailnet, used to reach its model servers.</summary>
    public string? TailscaleAddr { get; init; }

    /// <summary>Roles of the host; by convention worker, verifier and coder.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>True keeps new tasks away (cordon); running tasks go on.</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>Asks the host to finish or checkpoint what it runs, and to take nothing new.</summary>
    public NodeDrain? Drain { get; init; }

    /// <summary>Namespaces whose tasks the admin allows here; absent allows all.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }
}

/// <summary>A request to empty a host.</summary>
public sealed record NodeDrain
{
    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>When what still runs is checkpointed and given back.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
