using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A device that a container uses (core/v1 ResourceClaim).</summary>
public sealed record ResourceClaim
{
    /// <summary>Name of the pod's resource claim.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Request in the claim.</summary>
    public string? Request { get; init; }
}
