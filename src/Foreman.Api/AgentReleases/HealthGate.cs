using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>When a node counts as updated.</summary>
public sealed record HealthGate
{
    /// <summary>Seconds that it must stay healthy.</summary>
    [Default("60")]
    [RangeMinimum(0)]
    public int? MinHealthySeconds { get; init; }

    /// <summary>Seconds after which it counts as failed.</summary>
    [Default("600")]
    [RangeMinimum(1)]
    public int? TimeoutSeconds { get; init; }
}
