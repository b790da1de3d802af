using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a UserDeployment.</summary>
public sealed record UserDeploymentStatus
{
    /// <summary>Phase.</summary>
    public UserDeploymentPhase? Phase { get; init; }

    /// <summary>Namespace of its objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Where it is reached; absent for nowhere.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Its services, in the order of the template.</summary>
    public IReadOnlyList<ServiceState>? Services { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted, Provisioned, Ready, Conflict, and CleanedUp while it goes.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>State of one service.</summary>
public sealed record ServiceState
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Replicas that are wanted.</summary>
    public int Desired { get; init; }

    /// <summary>Replicas that are ready, of this or an earlier version.</summary>
    public int Ready { get; init; }

    /// <summary>Its image.</summary>
    public string? Image { get; init; }
}
