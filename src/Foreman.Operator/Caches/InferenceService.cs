using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Scheduling;

namespace Foreman.Operator.Caches;

/// <summary>What is read of an InferenceService (inference.llmkube.dev), where the cluster serves that kind.</summary>
internal sealed record InferenceService : IResource<InferenceService>
{
    public static ResourceType Type { get; } = new("inference.llmkube.dev", "v1alpha1", "InferenceService", "inferenceservices", Namespaced: true);

    public static JsonTypeInfo<InferenceService> TypeInfo => CachesJson.Default.InferenceService;

    public static JsonTypeInfo<ResourceList<InferenceService>> ListTypeInfo => CachesJson.Default.ResourceListInferenceService;

    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    public string Kind { get => field ?? Type.Kind; init; }

    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public InferenceServiceSpec? Spec { get; init; }

    public InferenceServiceStatus? Status { get; init; }

    /// <summary>What the scheduler needs of it.</summary>
    public InferenceEndpoint ToEndpoint() => new(Status?.Endpoint, Status?.Phase is "Ready" or "Running", Spec?.ModelRef) { Slots = Slots };

    // A runtime that is not told how many it serves at once has a default of its own.
    private int? Slots => Spec?.ParallelSlots is > 0 and var each
        ? (int)Math.Min(int.MaxValue, (long)each * Math.Max(1, Status?.ReadyReplicas ?? Spec?.Replicas ?? 1))
        : null;
}

/// <summary>Part of the spec that is read.</summary>
internal sealed record InferenceServiceSpec
{
    public string? ModelRef { get; init; }

    /// <summary>Requests that each replica serves at once.</summary>
    public int? ParallelSlots { get; init; }

    public int? Replicas { get; init; }
}

/// <summary>Part of the status that is read.</summary>
internal sealed record InferenceServiceStatus
{
    public string? Phase { get; init; }

    public string? Endpoint { get; init; }

    public int? ReadyReplicas { get; init; }
}

/// <summary>The JSON contract of kinds that are not ours, and of parts of ours.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(InferenceService))]
[JsonSerializable(typeof(ResourceList<InferenceService>))]
[JsonSerializable(typeof(WorkloadEnd))]
[JsonSerializable(typeof(ResourceList<WorkloadEnd>))]
[JsonSerializable(typeof(WorkflowEnd))]
[JsonSerializable(typeof(ResourceList<WorkflowEnd>))]
internal sealed partial class CachesJson : JsonSerializerContext;
