using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Runs;
using Foreman.Scheduling;

namespace Foreman.Operator.Backends;

/// <summary>The backends of this operator, and which changes of tasks concern them.</summary>
/// <param name="backends">One per placement, in the order in which <c>Auto</c> asks them.</param>
internal sealed class ExecutionBackends(params IReadOnlyList<IExecutionBackend> backends) : IDisposable
{
    private IDisposable? _subscription;

    /// <summary>One for each of <see cref="PlacementRegistry.Default"/>, in its order: commands that read a cluster decide by that one.</summary>
    /// <param name="jobs">The Jobs of this operator; the caller disposes of it.</param>
    /// <param name="runs">What this process runs itself.</param>
    public static ExecutionBackends OfRelease(JobBackend jobs, OperatorRuns runs) => new(jobs, new OperatorBackend(runs), new NodeBackend());

    /// <summary>What the scheduler asks of the placements.</summary>
    public PlacementRegistry Placements { get; } = new(backends.Select(b => b.Rules));

    /// <summary>Follows the tasks from now on.</summary>
    /// <param name="tasks">All tasks.</param>
    public void Follow(Store<AgenticTask> tasks) => _subscription = tasks.Subscribe(Apply);

    /// <summary>What backends know of holders, by the UID of the task.</summary>
    /// <param name="tasks">All tasks.</param>
    public IReadOnlyDictionary<string, HolderObservation> Observe(IEnumerable<AgenticTask> tasks)
    {
        var observed = new Dictionary<string, HolderObservation>(StringComparer.Ordinal);
        foreach (var task in tasks.Where(IsHeld))
        {
            if (Find(task)?.Observe(task) is { } observation)
            {
                observed[task.Uid()] = observation;
            }
        }

        return observed;
    }

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    /// <summary>Passes a change to the backends.</summary>
    internal void Apply(ResourceEvent<AgenticTask> change)
    {
        var task = change.Object;
        if (change.Type == ResourceEventType.Deleted)
        {
            // An attempt that has just left its placement may still run there, so all backends release it.
            foreach (var backend in backends)
            {
                backend.Release(task, ReleaseCause.Deleted);
            }

            return;
        }

        foreach (var backend in backends)
        {
            backend.Update(task);
        }

        if (change.Previous is { } before && IsHeld(before) && !IsSameAttempt(before, task))
        {
            Find(before)?.Release(before, ReleaseCause.Left);
        }

        if (task.PhaseOrPending() == TaskPhase.Scheduled)
        {
            Find(task)?.Start(task);
        }
    }

    private static bool IsHeld(AgenticTask task) => task.PhaseOrPending() == TaskPhase.Scheduled || task.PhaseOrPending() == TaskPhase.Running;

    private static bool IsSameAttempt(AgenticTask before, AgenticTask after) =>
        IsHeld(after) && before.Status.Attempt == after.Status.Attempt && before.Status.Placement == after.Status.Placement;

    private IExecutionBackend? Find(AgenticTask task) => backends.FirstOrDefault(b => b.Rules.Placement == task.Status.Placement);
}
