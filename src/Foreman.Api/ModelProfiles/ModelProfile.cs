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
