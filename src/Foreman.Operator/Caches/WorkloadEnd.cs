using System.Text.Json.Serialization.Metadata;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Caches;

/// <summary>What is read of a Workload to know whether it has ended: Workloads may be large, and their controller follows all of them by itself.</summary>
internal sealed record WorkloadEnd : IResource<WorkloadEnd>
{
    public static ResourceType Type => Workload.Type;

    public static JsonTypeInfo<WorkloadEnd> TypeInfo => CachesJson.Default.WorkloadEnd;

    public static JsonTypeInfo<ResourceList<WorkloadEnd>> ListTypeInfo => CachesJson.Default.ResourceListWorkloadEnd;

    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    public string Kind { get => field ?? Type.Kind; init; }

    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public WorkloadEndSpec? Spec { get; init; }

    public WorkloadEndStatus? Status { get; init; }

    /// <summary>What clean-up needs of it. An end stands until the spec changes.</summary>
    public ObservedWorkload ToObserved() => new(
        this.Uid(),
        Status?.Conditions is { } conditions
            && conditions.Find(ConditionTypes.Completed)?.Status == Conditions.True
            && (conditions.IsCurrent(ConditionTypes.Completed, this) || Spec?.Cancel == true));
}

/// <summary>Part of the spec that is read.</summary>
internal sealed record WorkloadEndSpec
{
    public bool? Cancel { get; init; }
}

/// <summary>Part of the status that is read.</summary>
internal sealed record WorkloadEndStatus
{
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
