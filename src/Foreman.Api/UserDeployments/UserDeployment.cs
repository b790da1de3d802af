using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Services of a user, made from a template and reached under one host.</summary>
[CustomResource(ShortNames = ["ud"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Desired", "string", ".spec.desiredState")]
[PrinterColumn("URL", "string", ".status.urls[0]")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Namespace", "string", ".status.namespace", Priority = 1)]
public sealed record UserDeployment : IResource<UserDeployment>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "UserDeployment", "userdeployments", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<UserDeployment> TypeInfo => OperatorJson.Default.UserDeployment;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<UserDeployment>> ListTypeInfo => OperatorJson.Default.ResourceListUserDeployment;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    [ValidationRule(
        "has(self.targetNamespace) == has(oldSelf.targetNamespace) && (!has(self.targetNamespace) || self.targetNamespace == oldSelf.targetNamespace)",
        "spec.targetNamespace is given when the UserDeployment is made: create a new UserDeployment")]
    public UserDeploymentSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public UserDeploymentStatus? Status { get; init; }
}
