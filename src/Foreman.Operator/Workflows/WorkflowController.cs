using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Workloads;

namespace Foreman.Operator.Workflows;

/// <summary>Carries out what <see cref="WorkflowEngine"/> decides: makes one task after the other, keeps what they gave, writes the status. One for each lead.</summary>
/// <param name="caches">The tasks.</param>
internal sealed class WorkflowController(ClusterCaches caches) : IEntityController<Workflow>
{
    private readonly ConcurrentDictionary<ObjectKey, WorkflowMemory> _memories = new();

    /// <summary>Workflows that it remembers.</summary>
    internal int Remembered => _memories.Count;

    /// <summary>The options of its controller: what else it follows.</summary>
    public ControllerOptions<Workflow> Follow(ControllerOptions<Workflow> options) => (options with { Workers = 4 }).Watches(caches.Tasks, WorkflowsOf);

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<Workflow> context, CancellationToken cancellationToken)
    {
        if (context.Entity is not { } stored || stored.IsDeleting())
        {
            _memories.TryRemove(context.Key, out _);
            return ReconcileResult.Done;
        }

        var memory = _memories.AddOrUpdate(context.Key, _ => new WorkflowMemory(stored.Uid()), (_, known) => known.Uid == stored.Uid() ? known : new WorkflowMemory(stored.Uid()));
        return await new WorkflowRun(caches, memory, context).RunAsync(memory.Newest(stored), cancellationToken);
    }

    private static IEnumerable<ObjectKey> WorkflowsOf(AgenticTask task) =>
        task.GetController() is { } owner && owner.Kind == Workflow.Type.Kind ? [new ObjectKey(task.Namespace(), owner.Name)] : [];
}
