using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Writes a Workflow's status. Pure.</summary>
/// <param name="workflow">The Workflow as it is stored.</param>
/// <param name="now">Time of day.</param>
internal sealed class WorkflowStatusWriter(Workflow workflow, DateTimeOffset now)
{
    private const int MaxMessage = 8192;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private WorkflowStatus Before => workflow.Status ?? new();

    /// <summary>Its steps can't be done: it ends before it has begun.</summary>
    /// <param name="entries">The steps.</param>
    /// <param name="fault">Why.</param>
    public WorkflowAction Refuse(ImmutableArray<WorkflowStepStatus> entries, PlanFault fault)
    {
        var conditions = Set(Set(Before.Conditions ?? [], ConditionTypes.Accepted, Conditions.False, fault.Reason, fault.Message), ConditionTypes.Completed, Conditions.True, fault.Reason, fault.Message);
        var status = Ended(entries, WorkflowPhase.Failed) with { Conditions = conditions.Without(ConditionTypes.Suspended) };
        return new WriteWorkflowStatus(status) { Events = [new(Warning: true, fault.Reason, fault.Message)] };
    }

    /// <summary>It begins: from this write on its steps can't be changed.</summary>
    /// <param name="entries">The steps.</param>
    public WorkflowAction Begin(ImmutableArray<WorkflowStepStatus> entries) =>
        new WriteWorkflowStatus(Going(entries) with { Phase = WorkflowPhase.Running, StartedAt = now });

    /// <summary>It is accepted, and does not begin.</summary>
    /// <param name="entries">The steps.</param>
    public WorkflowAction Hold(ImmutableArray<WorkflowStepStatus> entries) => Unless(Going(entries) with { Phase = WorkflowPhase.Pending }, again: null);

    /// <summary>It goes on.</summary>
    /// <param name="entries">The steps.</param>
    /// <param name="left">Time until its limit; null without one.</param>
    public WorkflowAction Write(ImmutableArray<WorkflowStepStatus> entries, TimeSpan? left) =>
        Unless(Going(entries) with { Phase = WorkflowPhase.Running }, left > TimeSpan.Zero ? (left < Longest ? left : Longest) : null);

    /// <summary>It ends; steps that have not are skipped.</summary>
    /// <param name="entries">The steps.</param>
    /// <param name="current">Number of the step with which it ends.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">The same, as sentences.</param>
    public WorkflowAction End(ImmutableArray<WorkflowStepStatus> entries, int current, string reason, string message)
    {
        var isGood = reason == Reasons.AllStepsSucceeded;
        var conditions = Set(Accepted(), ConditionTypes.Completed, Conditions.True, reason, message);
        var status = Ended(entries, isGood ? WorkflowPhase.Succeeded : WorkflowPhase.Failed) with
        {
            CurrentStep = entries[current].Name,
            Conditions = conditions.Without(ConditionTypes.Suspended),
        };
        return new WriteWorkflowStatus(status) { Events = [new(Warning: !isGood, Reasons.Completed, $"{reason}: {Texts.Cut(message, MaxMessage)}")] };
    }

    private static bool AreEqual(WorkflowStatus? before, WorkflowStatus after) => before is not null && JsonNode.DeepEquals(ToJson(before), ToJson(after));

    private static JsonNode? ToJson(WorkflowStatus status) => JsonSerializer.SerializeToNode(new Workflow { Status = status }, Workflow.TypeInfo)!["status"];

    private WorkflowAction Unless(WorkflowStatus status, TimeSpan? again) =>
        AreEqual(workflow.Status, status) ? new AwaitChange(again) : new WriteWorkflowStatus(status);

    private WorkflowStatus Going(ImmutableArray<WorkflowStepStatus> entries) => Before with
    {
        CurrentStep = entries[Math.Max(StepEntries.DueOf(entries), 0)].Name,
        Steps = entries,
        ObservedGeneration = workflow.Metadata.Generation,
        Conditions = workflow.Spec.Suspend == true
            ? Set(Accepted(), ConditionTypes.Suspended, Conditions.True, Reasons.Suspended, "spec.suspend is set; clear it to go on.")
            : Accepted().Without(ConditionTypes.Suspended),
    };

    private WorkflowStatus Ended(ImmutableArray<WorkflowStepStatus> entries, WorkflowPhase phase) => Before with
    {
        Phase = phase,
        Steps = [.. entries.Select(e => e.Phase.IsTerminal ? e : e with { Phase = WorkflowStepPhase.Skipped, Message = null })],
        FinishedAt = now,
        ObservedGeneration = workflow.Metadata.Generation,
    };

    private IReadOnlyList<V1Condition> Accepted() =>
        Set(Before.Conditions ?? [], ConditionTypes.Accepted, Conditions.True, Reasons.ConfigComplete, "The steps can be done as they are given.");

    private IReadOnlyList<V1Condition> Set(IReadOnlyList<V1Condition> conditions, string type, string status, string reason, string message) =>
        conditions.SetFor(workflow, new() { Type = type, Status = status, Reason = reason, Message = Texts.Cut(message, MaxMessage) }, now);
}
