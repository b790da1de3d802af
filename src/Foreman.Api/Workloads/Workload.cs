using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A larger goal that is split into tasks.</summary>
[CustomResource(ShortNames = ["wl"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Repo", "string", ".spec.repo")]
[PrinterColumn("Tasks", "integer", ".status.succeededTasks")]
[PrinterColumn("Failed", "integer", ".status.failedTasks")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Planned\")].reason", Priority = 1)]
public sealed record Workload : IResource<Workload>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "Workload", "workloads", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<Workload> TypeInfo => OperatorJson.Default.Workload;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<Workload>> ListTypeInfo => OperatorJson.Default.ResourceListWorkload;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    [ValidationRule(
        "!has(oldSelf.cancel) || !oldSelf.cancel || (has(self.cancel) && self.cancel)",
        "spec.cancel cannot be taken back: create a new Workload")]
    [ValidationRule(
        "has(self.source) == has(oldSelf.source)",
        "spec.source is given when the Workload is made: create a new Workload, and cancel this one")]
    [ValidationRule(
        $"!has(self.retryPolicy) || !has(self.retryPolicy.reasons) || self.retryPolicy.reasons.all(r, r in [{FailureReasons.OfStepsInRules}])",
        $"spec.retryPolicy.reasons: each is one of {FailureReasons.OfStepsInRules}")]
    [ValidationRule(
        $"!has(self.pipeline) || self.pipeline.all(s, !has(s.retryPolicy) || !has(s.retryPolicy.reasons) || s.retryPolicy.reasons.all(r, r in [{FailureReasons.OfStepsInRules}]))",
        $"spec.pipeline: each of a step's retryPolicy.reasons is one of {FailureReasons.OfStepsInRules}")]
    public WorkloadSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public WorkloadStatus? Status { get; init; }
}
