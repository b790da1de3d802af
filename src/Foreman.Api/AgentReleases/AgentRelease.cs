using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A version of the agent that is rolled out over the fleet.</summary>
[CustomResource(ShortNames = ["agr"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Version", "string", ".spec.version")]
[PrinterColumn("Approved", "boolean", ".spec.approved")]
[PrinterColumn("Updated", "integer", ".status.updatedNodes")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record AgentRelease : IResource<AgentRelease>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "AgentRelease", "agentreleases", Namespaced: false);

    /// <inheritdoc/>
    public static JsonTypeInfo<AgentRelease> TypeInfo => OperatorJson.Default.AgentRelease;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<AgentRelease>> ListTypeInfo => OperatorJson.Default.ResourceListAgentRelease;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    public AgentReleaseSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public AgentReleaseStatus? Status { get; init; }
}
