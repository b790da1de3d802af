using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Operator.Caches;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads;

/// <summary>How long runs of each namespace usually take, by the ended tasks that the operator follows; looked at only while a run is suspected to get nowhere.</summary>
/// <param name="caches">The tasks.</param>
internal sealed class UsualTimesBook(ClusterCaches caches)
{
    /// <summary>How long an answer is good: all tasks are gone through for it.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (long At, UsualTimes Times)> _known = new(StringComparer.Ordinal);

    /// <summary>What is needed to judge tasks of a namespace.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="time">The clock.</param>
    public UsualTimes For(string? space, IEnumerable<AgenticTask> tasks, TimeProvider time)
    {
        if (!tasks.Any(StallRule.IsSuspect))
        {
            return UsualTimes.None;
        }

        var key = space ?? "";
        if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < Kept)
        {
            return known.Times;
        }

        var times = UsualTimes.Of(caches.Tasks.Store.Snapshot().Where(t => t.Key.Namespace == space).Select(t => t.Value));
        _known[key] = (time.GetTimestamp(), times);
        return times;
    }
}
