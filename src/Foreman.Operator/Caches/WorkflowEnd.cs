using System.Text.Json.Serialization.Metadata;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Caches;

/// <summary>What is read of a Workflow to know whether it has ended: their controller follows all of them by itself.</summary>
internal sealed record WorkflowEnd : IResource<WorkflowEnd>
{
    public static ResourceType Type => Workflow.Type;

    public static JsonTypeInfo<WorkflowEnd> TypeInfo => CachesJson.Default.WorkflowEnd;

    public static JsonTypeInfo<ResourceList<WorkflowEnd>> ListTypeInfo => CachesJson.Default.ResourceListWorkflowEnd;

    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    public string Kind { get => field ?? Type.Kind; init; }

    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public WorkflowEndStatus? Status { get; init; }

    /// <summary>What clean-up needs of it. An end stands.</summary>
    public ObservedWorkload ToObserved() => new(this.Uid(), Status?.Phase is { IsTerminal: true });
}

/// <summary>Part of the status that is read.</summary>
internal sealed record WorkflowEndStatus
{
    public WorkflowPhase? Phase { get; init; }
}
