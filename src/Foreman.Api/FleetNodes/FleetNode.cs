using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A host of the fleet: its capabilities, its state and its tasks.</summary>
[CustomResource(ShortNames = ["fn"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Version", "string", ".status.agentVersion")]
[PrinterColumn("Accelerator", "string", ".status.capability.accelerator")]
[PrinterColumn("RAM", "integer", ".status.capability.availableRAMGB")]
[PrinterColumn("Current Task", "string", ".status.currentTask")]
[PrinterColumn("Heartbeat", "date", ".status.lastHeartbeatTime")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", Priority = 1)]
[PrinterColumn("Slots", "integer", ".status.slots", Priority = 1)]
[PrinterColumn("Used", "integer", ".status.usedSlots", Priority = 1)]
[PrinterColumn("Models", "string", ".status.capability.installedModels", Priority = 1)]
[PrinterColumn("Tok/s", "integer", ".status.capability.tokensPerSecond", Priority = 1)]
[PrinterColumn("Context", "integer", ".status.capability.maxContextTokens", Priority = 1)]
public sealed record FleetNode : IResource<FleetNode>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "FleetNode", "fleetnodes", Namespaced: false);

    /// <inheritdoc/>
    public static JsonTypeInfo<FleetNode> TypeInfo => ApiJson.Default.FleetNode;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<FleetNode>> ListTypeInfo => ApiJson.Default.ResourceListFleetNode;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    [ValidationRule("self.nodeName == oldSelf.nodeName", "spec.nodeName cannot be changed: delete the FleetNode and register the host again")]
    [ValidationRule(
        "!has(self.namespaces) || self.namespaces.all(n, n.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))",
        "spec.namespaces: each is the name of a namespace: lower-case letters, digits and dashes, at most 63")]
    public FleetNodeSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public FleetNodeStatus? Status { get; init; }
}
