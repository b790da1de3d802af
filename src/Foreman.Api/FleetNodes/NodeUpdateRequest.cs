using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A version that an agent is asked to install.</summary>
public sealed record NodeUpdateRequest
{
    /// <summary>Version to install.</summary>
    [Required]
    public string TargetVersion { get => field ?? ""; init; }

    /// <summary>Where the binary lies.</summary>
    [Required]
    public string Url { get => field ?? ""; init; }

    /// <summary>SHA-256 of the binary, in hexadecimal.</summary>
    [Required]
    [Pattern("^[0-9a-f]{64}$")]
    public string Sha256 { get => field ?? ""; init; }
}
