using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>
/// The next thing to do about a Workflow. When it is done, another decision is made; each may be the last that happens, and the next
/// decision goes on from what is stored. The family is closed.
/// </summary>
public abstract record WorkflowAction
{
    private protected WorkflowAction()
    {
    }
}

/// <summary>Nothing is to be done until something changes.</summary>
/// <param name="Again">After what time another decision is due all the same, above zero and at most an hour; null for none.</param>
public sealed record AwaitChange(TimeSpan? Again) : WorkflowAction
{
    /// <summary>Nothing is to be done until something changes.</summary>
    public static AwaitChange Only { get; } = new(Again: null);
}

/// <summary>Write the status; only while the Workflow is as it was when this was decided.</summary>
/// <param name="Status">The new status.</param>
public sealed record WriteWorkflowStatus(WorkflowStatus Status) : WorkflowAction
{
    /// <summary>Events about the Workflow, to be told once the status is written.</summary>
    public ImmutableArray<WorkloadEvent> Events { get; init; } = [];
}

/// <summary>Make the task of the step that is due.</summary>
/// <param name="Task">The task, complete.</param>
public sealed record CreateStepTask(AgenticTask Task) : WorkflowAction;

/// <summary>Change the task of the step that is under way.</summary>
/// <param name="Change">The change.</param>
public sealed record ChangeStepTask(ChildChange Change) : WorkflowAction;

/// <summary>Store what a step gave where the status has no room for it, before the status says so.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Outputs">The ConfigMap to create.</param>
public sealed record StoreStepOutputs(string Step, V1ConfigMap Outputs) : WorkflowAction;
