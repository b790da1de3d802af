using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads;
using Foreman.Workloads;

namespace Foreman.Operator.Workflows;

/// <summary>Makes and changes the tasks of a Workflow, and stores what they gave.</summary>
/// <param name="memory">What is known of the Workflow; answers and refusals are noted there.</param>
/// <param name="client">Writes.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkflowWriter(WorkflowMemory memory, IKubernetes client, TimeProvider time)
{
    private static readonly WriteOptions Creating = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Changing = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    /// <summary>What to say of a task whose name a step needs.</summary>
    public static WorkflowObstacle Taken(AgenticTask there, Workflow workflow) => new(
        there.IsDeleting() || (there.GetController() is { } owner && owner.Kind == Workflow.Type.Kind && owner.Name == workflow.Name())
            ? $"Task \"{there.Name()}\" of an earlier Workflow of this name is still there; the new one is made when it has gone."
            : $"A task \"{there.Name()}\" exists and is not this Workflow's; delete it, or call the Workflow otherwise.",
        IsFinal: false);

    /// <summary>Does what was decided about a step.</summary>
    /// <param name="workflow">The Workflow.</param>
    /// <param name="step">Name of the step.</param>
    /// <param name="action">What to write.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when something has changed meanwhile, so that it is looked at again a little later.</returns>
    public Task<bool> WriteAsync(Workflow workflow, string step, WorkflowAction action, CancellationToken cancellationToken) => action switch
    {
        CreateStepTask create => CreateAsync(workflow, step, create.Task, cancellationToken),
        ChangeStepTask change => ChangeAsync(workflow, step, change.Change, cancellationToken),
        StoreStepOutputs store => StoreAsync(workflow, step, store.Outputs, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action.GetType().Name, "this action is not known here"),
    };

    private async Task<bool> CreateAsync(Workflow workflow, string step, AgenticTask task, CancellationToken cancellationToken)
    {
        try
        {
            memory.Task = new NotedTask(await client.CreateAsync(task, Creating, cancellationToken), time.GetTimestamp());
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await AdoptAsync(workflow, step, task, cancellationToken);
        }
        catch (KubernetesException e) when (ChildWriter.IsRefusal(e))
        {
            return Refused(workflow, step, new($"Task \"{task.Name()}\" was refused: {e.Message}.", e.IsInvalid));
        }
    }

    // A leader before may have made it, and no watch has told yet.
    private async Task<bool> AdoptAsync(Workflow workflow, string step, AgenticTask task, CancellationToken cancellationToken)
    {
        AgenticTask? there;
        try
        {
            there = await client.TryReadAsync<AgenticTask>(task.Name(), task.Namespace(), cancellationToken);
        }
        catch (KubernetesUnreachableException e) when (e.Reason == UnreachableReason.InvalidObject)
        {
            return Refused(workflow, step, new($"A task \"{task.Name()}\" exists and can't be read: {e.Message}.", IsFinal: false));
        }

        if (there is null)
        {
            return false;
        }

        if (!there.IsOwnedBy(workflow))
        {
            return Refused(workflow, step, Taken(there, workflow));
        }

        memory.Task = new NotedTask(there, time.GetTimestamp());
        return true;
    }

    private async Task<bool> ChangeAsync(Workflow workflow, string step, ChildChange change, CancellationToken cancellationToken)
    {
        try
        {
            var changed = await client.PatchAsync<AgenticTask>(ChildWrites.ToPatch(change), change.Task.Name(), change.Task.Namespace(), Changing, cancellationToken);
            memory.Task = new NotedTask(changed, time.GetTimestamp());
            return true;
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || e.IsConflict)
        {
            memory.Task = null;
            return false;
        }
        catch (KubernetesException e) when (ChildWriter.IsRefusal(e))
        {
            return Refused(workflow, step, new($"A change of task \"{change.Task.Name()}\" was refused: {e.Message}.", IsFinal: false));
        }
    }

    private async Task<bool> StoreAsync(Workflow workflow, string step, V1ConfigMap outputs, CancellationToken cancellationToken)
    {
        V1ConfigMap? stored;
        try
        {
            stored = await client.CreateAsync(outputs, Creating, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            stored = await client.TryReadAsync<V1ConfigMap>(outputs.Name(), outputs.Namespace(), cancellationToken);
        }
        catch (KubernetesException e) when (ChildWriter.IsRefusal(e))
        {
            return Refused(workflow, step, new($"ConfigMap \"{outputs.Name()}\" with the step's outputs was refused: {e.Message}.", e.IsInvalid));
        }

        if (stored is null)
        {
            return false;
        }

        if (!stored.IsOwnedBy(workflow) || StepOutputs.Read(stored) is not { } given)
        {
            return Refused(workflow, step, new($"A ConfigMap \"{stored.Name()}\" exists and is not this Workflow's; delete it.", IsFinal: false));
        }

        memory.Outputs[step] = given;
        return true;
    }

    private bool Refused(Workflow workflow, string step, WorkflowObstacle obstacle)
    {
        memory.Refuse(step, workflow.Metadata.Generation, obstacle, time.GetTimestamp());
        return true;
    }
}
