using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A slice of work to integrate.</summary>
public sealed record TaskSlice
{
    /// <summary>Name of the slice.</summary>
    [Required]
    [Length(Min = 1)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Branch that holds it.</summary>
    public string? Branch { get; init; }

    /// <summary>Files that it touches.</summary>
    public IReadOnlyList<string>? Files { get; init; }
}
