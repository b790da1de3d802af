using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>An identifier that several slices use.</summary>
public sealed record SharedIdentifier
{
    /// <summary>The identifier.</summary>
    [Required]
    [Length(Min = 1)]
    public string Id { get => field ?? ""; init; }

    /// <summary>Slice that defines it.</summary>
    [Required]
    [Length(Min = 1)]
    public string DefinedBy { get => field ?? ""; init; }

    /// <summary>Slices that use it.</summary>
    public IReadOnlyList<string>? ReferencedBy { get; init; }
}
