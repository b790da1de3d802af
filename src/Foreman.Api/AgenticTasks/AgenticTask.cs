using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One piece of agentic work for one host of the fleet.</summary>
[CustomResource(ShortNames = ["at"], SelectableFields = [".status.assignedNode", ".status.placement", ".status.phase"])]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Kind", "string", ".spec.kind")]
[PrinterColumn("Node", "string", ".status.assignedNode")]
[PrinterColumn("Verdict", "string", ".status.verdict")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Reason", "string", ".status.failureReason", Priority = 1)]
[PrinterColumn("Attempt", "integer", ".status.attempt", Priority = 1)]
[PrinterColumn("Turn", "integer", ".status.progress.turn", Priority = 1)]
[PrinterColumn("Waiting", "string", ".status.progress.waiting.reason", Priority = 1)]
[PrinterColumn("Model", "string", ".status.model.name", Priority = 1)]
[PrinterColumn("Agent", "string", ".spec.agentRef.name", Priority = 1)]
[ValidationRule(
    "!has(oldSelf.status) || !has(oldSelf.status.attempt) || oldSelf.status.attempt == 0 || self.spec.kind == oldSelf.spec.kind",
    "spec.kind cannot be changed once the task was assigned: create a new task")]
[ValidationRule(
    "!has(oldSelf.status) || !has(oldSelf.status.attempt) || oldSelf.status.attempt == 0 || self.spec.payload == oldSelf.spec.payload",
    "spec.payload cannot be changed once the task was assigned: create a new task")]
[ValidationRule(
    "!has(oldSelf.status) || !has(oldSelf.status.attempt) || oldSelf.status.attempt == 0 || (has(self.spec.agentRef) == has(oldSelf.spec.agentRef) && (!has(self.spec.agentRef) || self.spec.agentRef == oldSelf.spec.agentRef))",
    "spec.agentRef cannot be changed once the task was assigned: create a new task")]
public sealed record AgenticTask : IResource<AgenticTask>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "AgenticTask", "agentictasks", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<AgenticTask> TypeInfo => ApiJson.Default.AgenticTask;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<AgenticTask>> ListTypeInfo => ApiJson.Default.ResourceListAgenticTask;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    [ValidationRule(
        "!has(self.payload.inputs) || self.payload.inputs.all(i, (has(i.configMapKeyRef) ? 1 : 0) + (has(i.url) ? 1 : 0) + (has(i.fromTask) ? 1 : 0) == 1)",
        "spec.payload.inputs: each has exactly one of configMapKeyRef, url and fromTask")]
    [ValidationRule(
        "!has(self.payload.inputs) || self.payload.inputs.all(i, !i.path.startsWith('/') && !i.path.matches('(^|/)[.][.](/|$)'))",
        "spec.payload.inputs: path is relative to the workspace and holds no ..")]
    [ValidationRule(
        $"!has(self.retryPolicy) || !has(self.retryPolicy.reasons) || self.retryPolicy.reasons.all(r, r in [{FailureReasons.InRules}])",
        $"spec.retryPolicy.reasons: each is one of {FailureReasons.InRules}")]
    public AgenticTaskSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    [Default("{\"phase\":\"Pending\",\"attempt\":0,\"attempts\":[]}")]
    [ValidationRule(
        "!has(oldSelf.attempt) || (has(self.attempt) && self.attempt >= oldSelf.attempt)",
        "status.attempt never falls")]
    [ValidationRule(
        "!has(oldSelf.attempt) || !has(self.attempt) || self.attempt - oldSelf.attempt <= 1",
        "status.attempt rises by at most one per write")]
    [ValidationRule(
        "!has(oldSelf.phase) || !(oldSelf.phase in ['Succeeded', 'Failed']) || (has(self.phase) && self.phase == oldSelf.phase)",
        "a task that has ended stays as it is: create a new task")]
    public AgenticTaskStatus Status { get => field ?? new(); init; }
}

/// <summary>What the phases and verdicts of a task mean.</summary>
public static class TaskPhases
{
    /// <summary>True once the task has ended: nobody writes its status any more.</summary>
    public static bool IsTerminal(this TaskPhase phase) => phase == TaskPhase.Succeeded || phase == TaskPhase.Failed;

    /// <summary>True once the task has ended.</summary>
    public static bool IsTerminal(this AgenticTask task) => task.PhaseOrPending().IsTerminal();

    /// <summary>Phase of the task; Pending when none was written yet.</summary>
    public static TaskPhase PhaseOrPending(this AgenticTask task) => task.Status.Phase ?? TaskPhase.Pending;

    /// <summary>True when the task ended with the verdict that tasks depending on it wait for.</summary>
    public static bool SucceededOnTarget(this AgenticTask task) =>
        task.PhaseOrPending() == TaskPhase.Succeeded
        && (task.Status.Verdict == Verdict.Go || task.Status.Verdict == Verdict.GatePass);

    /// <summary>True when the task ended because there was nothing to do: a coder found the work done before, or it depends on a task of which that is true.</summary>
    public static bool HadNothingToDo(this AgenticTask task) =>
        task.PhaseOrPending() == TaskPhase.Succeeded
        && (task.Status.Verdict == Verdict.Skipped
            || (task.Status.Verdict == Verdict.NoGo && task.Status.Result?["extra"] is JsonObject extra
                && ResultFields.Text(extra["outcome"]) == ResultEnvelope.AlreadyResolved));
}
