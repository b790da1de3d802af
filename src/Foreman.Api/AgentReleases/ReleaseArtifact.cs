using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One binary of a release.</summary>
public sealed record ReleaseArtifact
{
    /// <summary>Operating system.</summary>
    [Required]
    public ReleaseOs Os { get; init; }

    /// <summary>Processor.</summary>
    [Required]
    public ReleaseArch Arch { get; init; }

    /// <summary>Where it lies.</summary>
    [Required]
    public string Url { get => field ?? ""; init; }

    /// <summary>SHA-256 in hexadecimal.</summary>
    [Required]
    [Pattern("^[0-9a-f]{64}$")]
    public string Sha256 { get => field ?? ""; init; }
}
