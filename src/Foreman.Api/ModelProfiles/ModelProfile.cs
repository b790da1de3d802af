using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What is known about working with a model.</summary>
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

    /// <summary>What is wanted.</summary>
    public ModelProfileSpec? Spec { get; init; }

    /// <summary>What is.</summary>
    public ModelProfileStatus? Status { get; init; }
}

/// <summary>What is added to the Agents that refer to the profile.</summary>
public sealed record ModelProfileSpec
{
    /// <summary>Text after the system message.</summary>
    public string? SystemPromptAddendum { get; init; }

    /// <summary>Used when the Agent sets none.</summary>
    public StuckLoopDetection? StuckLoopDetection { get; init; }

    /// <summary>Whether reads are refused once the model is told to finish.</summary>
    public bool? RestrictReadsInForcingPhase { get; init; }
}

/// <summary>What the operator makes of a profile.</summary>
public sealed record ModelProfileStatus
{
    /// <summary>What the operator makes of it.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
