using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a Workload.</summary>
public sealed record WorkloadStatus
{
    /// <summary>Phase.</summary>
    public WorkloadPhase? Phase { get; init; }

    /// <summary>Tasks that were made.</summary>
    public IReadOnlyList<V1ObjectReference>? Tasks { get; init; }

    /// <summary>Tasks that succeeded on target.</summary>
    public int? SucceededTasks { get; init; }

    /// <summary>Tasks that failed.</summary>
    public int? FailedTasks { get; init; }

    /// <summary>Tasks that ended without reaching their target.</summary>
    public int? IncompleteTasks { get; init; }

    /// <summary>Rounds of revision so far.</summary>
    public int? ReviewIterations { get; init; }

    /// <summary>Model that planned.</summary>
    public string? PlannerModel { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Planned, Dispatched and Completed.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
