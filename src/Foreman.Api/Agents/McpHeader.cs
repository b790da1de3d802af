using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A header whose value stands in a Secret.</summary>
public sealed record McpHeader
{
    /// <summary>Name of the header.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Where the value stands.</summary>
    public SecretKeySelector? ValueFrom { get; init; }
}
