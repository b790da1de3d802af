using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The tasks that must succeed on target first.</summary>
internal static class DependencyGate
{
    /// <summary>A pending while one of them has not ended or does not exist.</summary>
    public static PendingReason? Check(AgenticTask task, TaskIndex index)
    {
        foreach (var name in task.Spec.DependsOn ?? [])
        {
            if (index.Find(task.Namespace(), name) is not { } upstream)
            {
                return new PendingReason(
                    Reasons.WaitingForDependency,
                    $"spec.dependsOn: task \"{name}\" does not exist in namespace {task.Namespace()}; create it, or take it out of the list.");
            }

            if (!upstream.IsTerminal())
            {
                return new PendingReason(Reasons.WaitingForDependency, $"Task \"{name}\" has not ended yet.");
            }
        }

        return null;
    }

    /// <summary>The first of them that ended without success on target; null when there is none.</summary>
    public static AgenticTask? FailedUpstream(AgenticTask task, TaskIndex index) =>
        (task.Spec.DependsOn ?? [])
            .Select(name => index.Find(task.Namespace(), name))
            .FirstOrDefault(upstream => upstream is not null && upstream.IsTerminal() && !upstream.SucceededOnTarget());

    /// <summary>The names along a cycle through the task, the task first and last; null when there is none.</summary>
    public static IReadOnlyList<string>? Cycle(AgenticTask task, TaskIndex index)
    {
        var path = new List<string> { task.Name() };
        return Visit(task, task.Name(), index, path, new HashSet<string>(StringComparer.Ordinal)) ? path : null;
    }

    private static bool Visit(AgenticTask from, string goal, TaskIndex index, List<string> path, HashSet<string> seen)
    {
        foreach (var name in from.Spec.DependsOn ?? [])
        {
            path.Add(name);
            if (name == goal
                || (seen.Add(name) && index.Find(from.Namespace(), name) is { } next && Visit(next, goal, index, path, seen)))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }
}
