using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>The turns of waiting tasks without sorted lists and running sums: each turn is found anew among all that are left.</summary>
internal sealed class ReferenceTurns(ClusterSnapshot snapshot, DateTimeOffset now)
{
    private readonly TaskIndex _index = new(snapshot.Tasks, snapshot.Unconfirmed);
    private readonly List<AgenticTask> _placed = [];
    private readonly Dictionary<string, (QueueEntry Place, bool IsBegun)> _known = [];

    /// <summary>Gives each task its turn.</summary>
    /// <param name="waiting">The tasks.</param>
    /// <param name="place">True when a task gets a slot.</param>
    /// <param name="chances">Whether a host takes a task now, and whether one does that has its model in memory.</param>
    public void Give(IEnumerable<AgenticTask> waiting, Func<AgenticTask, bool> place, Func<AgenticTask, (bool IsTaken, bool StartsAtOnce)> chances)
    {
        var left = waiting.ToList();
        foreach (var task in left)
        {
            _known[task.Uid()] = (new(task), BegunWork.IsContinuedBy(task, _index));
        }

        while (left.Count > 0)
        {
            var most = left.Max(Priority);
            var level = left.Where(t => Priority(t) == most).Select(t => (Task: t, Chances: chances(t))).ToArray();
            var next = Next([.. level.Where(t => t.Chances.IsTaken).Select(t => (t.Task, t.Chances.StartsAtOnce))]) ?? Oldest(level.Select(t => t.Task));
            left.Remove(next);
            if (place(next))
            {
                _placed.Add(next);
            }
        }
    }

    private static int Priority(AgenticTask task) => task.Spec.Priority ?? 0;

    private static bool IsBefore(AgenticTask one, AgenticTask other) => new QueueEntry(one).CompareTo(new(other)) < 0;

    private AgenticTask Oldest(IEnumerable<AgenticTask> tasks) => tasks.MinBy(t => _known[t.Uid()].Place)!;

    private AgenticTask? Next((AgenticTask Task, bool StartsAtOnce)[] tasks)
    {
        var queues = tasks.GroupBy(t => QueueKey.Of(t.Task)).ToArray();
        return queues.Length == 0 ? null
            : Head([.. queues.Length == 1 ? queues[0] : queues.OrderBy(q => UseOf(q.Key)).ThenBy(q => _known[Oldest(q.Select(t => t.Task)).Uid()].Place).First()]);
    }

    private AgenticTask Head((AgenticTask Task, bool StartsAtOnce)[] queue)
    {
        var oldest = Oldest(queue.Select(t => t.Task));
        var preferred = queue.OrderByDescending(t => _known[t.Task.Uid()].IsBegun).ThenByDescending(t => t.StartsAtOnce).ThenBy(t => _known[t.Task.Uid()].Place).First().Task;
        return Overtaking(oldest) < snapshot.Settings.FairShare.MostOvertaking ? preferred : oldest;
    }

    private int Overtaking(AgenticTask task)
    {
        bool IsLater(AgenticTask other) => QueueKey.Of(other) == QueueKey.Of(task) && Priority(other) == Priority(task) && IsBefore(task, other);
        return snapshot.Tasks.Count(t => t.Status.Attempt > 0 && IsLater(t)) + _placed.Count(IsLater);
    }

    private double UseOf(QueueKey queue)
    {
        var usual = new UsualUse(snapshot.Tasks, snapshot.Settings.FairShare);
        var shares = new QueueShares(snapshot, usual, now);
        foreach (var task in _placed)
        {
            shares.Charge(task);
        }

        return shares.Of(queue);
    }
}
