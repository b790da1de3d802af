using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One demand on a label (meta/v1 LabelSelectorRequirement).</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>Label.</summary>
    [Required]
    public string Key { get => field ?? ""; init; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required]
    public string Operator { get => field ?? ""; init; }

    /// <summary>Values for In and NotIn.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
