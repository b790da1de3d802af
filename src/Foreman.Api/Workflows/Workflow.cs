using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Steps that are done one after the other, each as a task that may be given what the steps before it gave.</summary>
[CustomResource(ShortNames = ["fwf"], Categories = ["foreman"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Step", "string", ".status.currentStep")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Completed\")].reason", Priority = 1)]
[ValidationRule(
    "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase == 'Pending' || self.spec.steps == oldSelf.spec.steps",
    "spec.steps cannot be changed once the Workflow has begun: create a new Workflow")]
[ValidationRule(
    "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase == 'Pending' || (has(self.spec.timeoutSeconds) == has(oldSelf.spec.timeoutSeconds) && (!has(self.spec.timeoutSeconds) || self.spec.timeoutSeconds == oldSelf.spec.timeoutSeconds))",
    "spec.timeoutSeconds cannot be changed once the Workflow has begun: create a new Workflow")]
public sealed record Workflow : IResource<Workflow>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "Workflow", "workflows", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<Workflow> TypeInfo => OperatorJson.Default.Workflow;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<Workflow>> ListTypeInfo => OperatorJson.Default.ResourceListWorkflow;

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
        "spec.cancel cannot be taken back: create a new Workflow")]
    [ValidationRule(
        $"self.steps.all(s, !has(s.retryPolicy) || !has(s.retryPolicy.reasons) || s.retryPolicy.reasons.all(r, r in [{FailureReasons.InRules}]))",
        $"spec.steps: each of a step's retryPolicy.reasons is one of {FailureReasons.InRules}")]
    public WorkflowSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    [ValidationRule(
        "!has(oldSelf.phase) || !(oldSelf.phase in ['Succeeded', 'Failed']) || (has(self.phase) && self.phase == oldSelf.phase)",
        "a Workflow that has ended stays as it is: create a new Workflow")]
    public WorkflowStatus? Status { get; init; }
}
