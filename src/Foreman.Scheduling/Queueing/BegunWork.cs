using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Which tasks go on with work that was begun: what was spent on it is of use only when they are done.</summary>
internal static class BegunWork
{
    /// <summary>True for a task of a Workload that follows one which has run, such as checks, a review or a revision.</summary>
    /// <param name="task">The task, which waits.</param>
    /// <param name="index">All tasks.</param>
    public static bool IsContinuedBy(AgenticTask task, TaskIndex index)
    {
        if (task.GetLabel(Labels.Workload) is not { Length: > 0 })
        {
            return false;
        }

        // A task that follows others under a condition depends on none: its Workload releases it once they have ended.
        return task.Spec.DependsOn is { Count: > 0 } names
            ? names.Any(name => index.Find(task.Namespace(), name) is { Status.Attempt: > 0 } upstream && upstream.IsTerminal())
            : task.Spec.Suspend != true && task.GetAnnotation(Labels.Follows) is { Length: > 0 };
    }
}
