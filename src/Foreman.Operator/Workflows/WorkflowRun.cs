using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Workloads;
using Foreman.Workloads;

namespace Foreman.Operator.Workflows;

/// <summary>One reconcile of a Workflow: looks, decides, does one thing, and so on until nothing is to be done.</summary>
/// <param name="caches">The tasks.</param>
/// <param name="memory">What is known of the Workflow beyond that.</param>
/// <param name="context">The reconcile.</param>
internal sealed class WorkflowRun(ClusterCaches caches, WorkflowMemory memory, ReconcileContext<Workflow> context)
{
    /// <summary>What was refused may be taken after somebody has changed something that no watch here tells of.</summary>
    internal static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(30);

    // More than a step needs, from the end of its task to the task of the next one.
    private const int MaxActions = 16;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    private bool _countsUnseen;

    /// <summary>Does what is to be done.</summary>
    /// <param name="workflow">The Workflow as it is known last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReconcileResult> RunAsync(Workflow workflow, CancellationToken cancellationToken)
    {
        var writer = new WorkflowWriter(memory, context.Client, context.Time);
        for (var number = 0; number < MaxActions; number++)
        {
            var due = WorkflowEngine.DueOf(workflow);
            var snapshot = await LookAsync(workflow, due, cancellationToken);
            var action = WorkflowEngine.Decide(snapshot, context.Time.GetUtcNow());
            if (action is AwaitChange rest)
            {
                return Later(rest.Again, snapshot.Obstacle);
            }

            if (action is WriteWorkflowStatus write)
            {
                if (await TellAsync(workflow, write, cancellationToken) is not { } told)
                {
                    return ReconcileResult.RequeueAfter(Soon);
                }

                workflow = told;
            }
            else if (due is null || !await writer.WriteAsync(workflow, due.Step, action, cancellationToken))
            {
                return ReconcileResult.RequeueAfter(Soon);
            }
        }

        return ReconcileResult.RequeueAfter(Soon);
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private ReconcileResult Later(TimeSpan? again, WorkflowObstacle? obstacle) =>
        Sooner(obstacle is null ? null : BetweenAttempts, Sooner(_countsUnseen ? WorkloadChildren.Believed : null, again)) is { } delay
            ? ReconcileResult.RequeueAfter(delay)
            : ReconcileResult.Done;

    private async Task<WorkflowSnapshot> LookAsync(Workflow workflow, DueStep? due, CancellationToken cancellationToken)
    {
        _countsUnseen = false;
        if (due is null)
        {
            // Nothing is filled in any more.
            memory.Outputs.Clear();
            return new(workflow);
        }

        var task = await TaskAsync(workflow, due, cancellationToken);
        var isToBeMade = task is null && !due.IsMade;
        if (isToBeMade)
        {
            await ReadOutputsAsync(workflow, cancellationToken);
        }

        return new(workflow)
        {
            Task = task,
            StoredOutputs = memory.Outputs,
            GoneSources = isToBeMade ? await GoneAsync(workflow, due.Sources, cancellationToken) : ImmutableHashSet<string>.Empty,
            Obstacle = memory.ObstacleOf(due.Step, workflow.Metadata.Generation, context.Time, BetweenAttempts) ?? (isToBeMade ? Taken(workflow, due.Task) : null),
        };
    }

    // What it wrote itself counts from the answer on, and a task that seems to be gone is asked for before that is believed.
    private async Task<AgenticTask?> TaskAsync(Workflow workflow, DueStep due, CancellationToken cancellationToken)
    {
        var stored = caches.Tasks.Store.Get(due.Task, workflow.Namespace()) is { } known && known.IsOwnedBy(workflow) ? known : null;
        if (memory.Task is { } noted && noted.Task.Name() == due.Task)
        {
            if (stored is null ? context.Time.GetElapsedTime(noted.At) < WorkloadChildren.Believed : WorkloadChildren.IsOlder(stored, noted.Task))
            {
                _countsUnseen = true;
                return noted.Task;
            }

            memory.Task = null;
        }

        if (stored is not null || !due.IsMade)
        {
            return stored;
        }

        if (await context.Client.TryReadAsync<AgenticTask>(due.Task, workflow.Namespace(), cancellationToken) is not { } there || !there.IsOwnedBy(workflow))
        {
            return null;
        }

        memory.Task = new NotedTask(there, context.Time.GetTimestamp());
        _countsUnseen = true;
        return there;
    }

    private async Task ReadOutputsAsync(Workflow workflow, CancellationToken cancellationToken)
    {
        foreach (var step in workflow.Status?.Steps ?? [])
        {
            if (step.OutputsRef is { } reference && !memory.Outputs.ContainsKey(step.Name)
                && await context.Client.TryReadAsync<V1ConfigMap>(reference.Name, workflow.Namespace(), cancellationToken) is { } stored
                && stored.IsOwnedBy(workflow) && StepOutputs.Read(stored) is { } outputs)
            {
                memory.Outputs[step.Name] = outputs;
            }
        }
    }

    private async Task<HashSet<string>> GoneAsync(Workflow workflow, ImmutableArray<string> sources, CancellationToken cancellationToken)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources.Where(s => caches.Tasks.Store.Get(s, workflow.Namespace()) is null))
        {
            if (await context.Client.TryReadAsync<AgenticTask>(source, workflow.Namespace(), cancellationToken) is null)
            {
                gone.Add(source);
            }
        }

        return gone;
    }

    private WorkflowObstacle? Taken(Workflow workflow, string task) =>
        caches.Tasks.Store.Get(task, workflow.Namespace()) is { } other && !other.IsOwnedBy(workflow) ? WorkflowWriter.Taken(other, workflow) : null;

    private async Task<Workflow?> TellAsync(Workflow workflow, WriteWorkflowStatus write, CancellationToken cancellationToken)
    {
        Workflow told;
        try
        {
            var written = await context.Client.PatchMetadataAsync<Workflow>(
                WorkflowStatusPatch.Of(workflow, write.Status), workflow.Name(), workflow.Namespace(), StatusPatch, cancellationToken);
            told = workflow with { Metadata = workflow.Metadata with { ResourceVersion = written.ResourceVersion }, Status = write.Status };
            memory.Note(told);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // It has changed meanwhile, and that change leads here again.
            memory.Note(null);
            return null;
        }

        foreach (var happened in write.Events)
        {
            await (happened.Warning
                ? context.Events.WarningAsync(told, happened.Reason, happened.Message, cancellationToken)
                : context.Events.NormalAsync(told, happened.Reason, happened.Message, cancellationToken));
        }

        return told;
    }
}
