using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The task of a segment.</summary>
public sealed record RunLogTask
{
    /// <summary>Name of the task.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>UID of the task.</summary>
    [Required]
    public string Uid { get => field ?? ""; init; }
}
