using Foreman.Api;
using Foreman.Scheduling;

namespace Foreman.Operator.Backends;

/// <summary>
/// Where runs take place: Node, Operator, Job. A backend has two halves.
/// <list type="bullet">
/// <item>
/// <see cref="Rules"/> is the pure half, in Foreman.Scheduling: which tasks it can serve with which host, what <c>Auto</c>
/// chooses, how long an assignment may stay unclaimed, and when a holder counts as lost. The scheduler asks it for every
/// assignment and rescue, and compares no placement by name.
/// </item>
/// <item>
/// This half has the effects: it starts what an assignment needs, observes holders that the scheduler can't see in the
/// cluster's tasks, hosts and Leases, and releases what an attempt leaves.
/// </item>
/// </list>
/// A new placement implements both halves and is added to <see cref="ExecutionBackends.OfRelease"/> and, in the same order, to
/// <see cref="PlacementRegistry.Default"/>, by which the commands decide that read a cluster.
/// <para>Calls come from the threads that watch and decide: none may block, and each must be right to be repeated.</para>
/// </summary>
internal interface IExecutionBackend
{
    /// <summary>What the scheduler asks of this placement.</summary>
    IPlacementRules Rules { get; }

    /// <summary>A task of this placement is Scheduled: what it needs to be claimed is started, once per attempt.</summary>
    /// <param name="task">The task with its assignment.</param>
    void Start(AgenticTask task);

    /// <summary>A task has changed. Called for every task: a backend ignores what it does not run.</summary>
    /// <param name="task">The task as it is now.</param>
    void Update(AgenticTask task);

    /// <summary>What is known of a task's holder beyond the cluster's tasks, hosts and Leases; null for nothing.</summary>
    /// <param name="task">A Scheduled or Running task of this placement.</param>
    HolderObservation? Observe(AgenticTask task);

    /// <summary>An attempt is no longer here: it was taken back, given back or ended, or its task was deleted.</summary>
    /// <param name="task">The task as it was last seen with this attempt.</param>
    /// <param name="cause">Why.</param>
    void Release(AgenticTask task, ReleaseCause cause);
}

/// <summary>Why a backend has to release an attempt.</summary>
internal enum ReleaseCause
{
    /// <summary>The task has another attempt or placement, or has ended.</summary>
    Left,

    /// <summary>The task is gone.</summary>
    Deleted,
}
