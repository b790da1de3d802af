using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>What follows from what in a Workflow: its tasks one after the other, and its status, from its spec and the ends of its tasks. Pure.</summary>
public static class WorkflowEngine
{
    /// <summary>Decides what is to be done next. The same stored objects give the same decision.</summary>
    /// <param name="snapshot">The Workflow and the task of the step that is due.</param>
    /// <param name="now">Time of day, for the limit of time and for conditions.</param>
    public static WorkflowAction Decide(WorkflowSnapshot snapshot, DateTimeOffset now)
    {
        var workflow = snapshot.Workflow;
        return workflow.IsDeleting() ? AwaitChange.Only
            : workflow.Status?.Phase is { IsTerminal: true } ? Seen(workflow)
            : HasBegun(workflow) ? new WorkflowProgress(snapshot, now).Decide()
            : Begin(workflow, now);
    }

    /// <summary>The step that is under way, or the next one to begin; null before a Workflow has begun and after its end.</summary>
    /// <param name="workflow">The Workflow as it is stored.</param>
    public static DueStep? DueOf(Workflow workflow)
    {
        if (!HasBegun(workflow))
        {
            return null;
        }

        var entries = StepEntries.Of(workflow);
        var number = StepEntries.DueOf(entries);
        return number < 0
            ? null
            : new(entries[number].Name, StepTask.NameOf(workflow, entries[number].Name), entries[number].Task is not null, StepTask.Sources(workflow, number));
    }

    private static bool HasBegun(Workflow workflow) => workflow.Status?.Phase == WorkflowPhase.Running;

    // An end stands whatever changes later; that it was looked at is told.
    private static WorkflowAction Seen(Workflow workflow) => workflow.Status!.ObservedGeneration == workflow.Metadata.Generation
        ? AwaitChange.Only
        : new WriteWorkflowStatus(workflow.Status with { ObservedGeneration = workflow.Metadata.Generation });

    // The steps that were checked are those that can't be changed from this write on.
    private static WorkflowAction Begin(Workflow workflow, DateTimeOffset now)
    {
        var writer = new WorkflowStatusWriter(workflow, now);
        var entries = StepEntries.Of(workflow);
        return WorkflowPlan.Fault(workflow) is { } fault ? writer.Refuse(entries, fault)
            : workflow.Spec.Cancel == true ? writer.End(entries, 0, Reasons.Cancelled, "spec.cancel was set before it began.")
            : workflow.Spec.Suspend == true ? writer.Hold(entries)
            : writer.Begin(entries);
    }
}
