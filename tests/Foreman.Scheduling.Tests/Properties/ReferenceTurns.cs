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
    public void Give(IEnumerable<AgenticTask> waiting, Func<AgenticTask, bool> place)
    {
        var left = waiting.ToList();
        foreach (var task in left)
        {
            _known[task.Uid()] = (new(task), BegunWork.IsContinuedBy(task, _index));
        }

        while (left.Count > 0)
        {
            var most = left.Max(Priority);
            var heads = left.Where(t => Priority(t) == most).GroupBy(QueueKey.Of).Select(q => Head([.. q])).ToArray();
            var next = heads is [var only] ? only : heads.OrderBy(t => UseOf(QueueKey.Of(t))).ThenBy(t => _known[t.Uid()].Place).First();
            left.Remove(next);
            if (place(next))
            {
                _placed.Add(next);
            }
        }
    }

    private static int Priority(AgenticTask task) => task.Spec.Priority ?? 0;

    private static bool IsBefore(AgenticTask one, AgenticTask other) => new QueueEntry(one).CompareTo(new(other)) < 0;

    private AgenticTask Head(AgenticTask[] queue)
    {
        var fresh = queue.Where(t => !_known[t.Uid()].IsBegun).MinBy(t => _known[t.Uid()].Place);
        var begun = queue.Where(t => _known[t.Uid()].IsBegun).MinBy(t => _known[t.Uid()].Place);
        return begun is null ? fresh! : fresh is null ? begun
            : IsBefore(begun, fresh) || Overtaking(fresh) < snapshot.Settings.FairShare.MostOvertaking ? begun : fresh;
    }

    private int Overtaking(AgenticTask task)
    {
        bool IsLater(AgenticTask other) => QueueKey.Of(other) == QueueKey.Of(task) && Priority(other) == Priority(task) && IsBefore(task, other);
        return snapshot.Tasks.Count(t => t.Status.Attempt > 0 && IsLater(t)) + _placed.Count(t => _known[t.Uid()].IsBegun && IsLater(t));
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
