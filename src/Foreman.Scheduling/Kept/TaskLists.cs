using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The tasks of a cluster by what a decision does with them.</summary>
internal sealed class TaskLists
{
    private readonly IReadOnlyList<AgenticTask> _tasks;

    private TaskLists(IReadOnlyList<AgenticTask> tasks, IReadOnlySet<string> unconfirmed)
    {
        _tasks = tasks;
        var hasUnconfirmed = unconfirmed.Count > 0;
        var (waiting, underway, unanswered, holding) = (new List<int>(), new List<AgenticTask>(), new List<AgenticTask>(), new List<(AgenticTask Task, string Host)>());
        for (var place = 0; place < tasks.Count; place++)
        {
            var task = tasks[place];
            if (task.SlotOn(unconfirmed) is { } host)
            {
                holding.Add((task, host));
            }

            if (task.IsTerminal())
            {
                continue;
            }

            if (hasUnconfirmed && unconfirmed.Contains(task.Uid()))
            {
                unanswered.Add(task);
            }
            else if (!task.IsPending())
            {
                underway.Add(task);
            }
            else if (task.Metadata.DeletionTimestamp is null)
            {
                waiting.Add(place);
            }
        }

        Runs = new(tasks);
        (Waiting, Underway, Unanswered) = (waiting, underway, unanswered);
        Holding = [.. holding.OrderBy(t => ObjectKey.Of(t.Task).ToString(), StringComparer.Ordinal)];
    }

    private TaskLists(TaskLists like, IReadOnlyList<AgenticTask> tasks)
    {
        _tasks = tasks;
        Runs = new(tasks);
        (Waiting, Underway, Unanswered, Holding) = (like.Waiting, like.Underway, like.Unanswered, like.Holding);
    }

    /// <summary>How many tasks there are.</summary>
    public int Count => _tasks.Count;

    /// <summary>Places of the tasks that wait: Pending, not being deleted, and without a decision that has no answer.</summary>
    public IReadOnlyList<int> Waiting { get; }

    /// <summary>The tasks that are neither Pending nor ended, and have no decision without an answer, in the order of the cluster.</summary>
    public IReadOnlyList<AgenticTask> Underway { get; }

    /// <summary>The tasks that have not ended and have a decision without an answer.</summary>
    public IReadOnlyList<AgenticTask> Unanswered { get; }

    /// <summary>The tasks that take slots, with their hosts, in order of their names.</summary>
    public IReadOnlyList<(AgenticTask Task, string Host)> Holding { get; }

    /// <summary>What ran on the hosts.</summary>
    public FleetRuns Runs { get; }

    /// <summary>The lists of a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    public static TaskLists Of(ClusterSnapshot snapshot) => new(snapshot.Tasks, snapshot.Unconfirmed);

    /// <summary>True for a task that waits, unless it has a decision without an answer.</summary>
    /// <param name="task">The task.</param>
    public static bool IsWaiting(AgenticTask task) => !task.IsTerminal() && task.IsPending() && task.Metadata.DeletionTimestamp is null;

    /// <summary>The lists after tasks that wait have become other objects; null when more has changed. To be asked only where no decision has or had no answer.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="diff">Which of them are other objects.</param>
    public TaskLists? After(IReadOnlyList<AgenticTask> tasks, TaskDiff diff) =>
        diff.IsInPlace && diff.Changed.All(IsWaiting) && diff.Gone.All(IsWaiting) ? new(this, tasks) : null;
}
