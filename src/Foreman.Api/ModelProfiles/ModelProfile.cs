using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Per-model additions to Agents.</summary>
[CustomResource(ShortNames = ["mp"])]
[PrinterColumn("Reads-Restricted", "boolean", ".spec.restrictReadsInForcingPhase")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record ModelProfile : IResource<ModelProfile>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "ModelProfile", "modelprofiles", Namespaced: false);

    /// <inheritdoc/>
    public static JsonTypeInfo<ModelProfile> TypeInfo => ApiJson.Default.ModelProfile;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<ModelProfile>> ListTypeInfo => ApiJson.Default.ResourceListModelProfile;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    public ModelProfileSpec? Spec { get; init; }

    /// <summary>Observed state.</summary>
    public ModelProfileStatus? Status { get; init; }
}

/// <summary>Desired state of a ModelProfile: additions to the Agents that refer to it.</summary>
public sealed record ModelProfileSpec
{
    /// <summary>Text after the system message.</summary>
    public string? SystemPromptAddendum { get; init; }

    /// <summary>Used when the Agent sets none.</summary>
    public StuckLoopDetection? StuckLoopDetection { get; init; }

    /// <summary>Whether reads are refused once the model is asked to finish.</summary>
    public bool? RestrictReadsInForcingPhase { get; init; }
}

/// <summary>Observed state of a ModelProfile.</summary>
public sealed record ModelProfileStatus
{
    /// <summary>Accepted.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
