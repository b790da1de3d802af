using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Losses that are evidence against a task. A host that dies under it may be a bad host: its first loss counts, and a further one
/// only when another task came to its end there in between. So a single host that keeps dying proves nothing.
/// </summary>
internal static class Strikes
{
    /// <summary>Strikes at which a task is taken to be the cause.</summary>
    public const int Most = 3;

    /// <summary>The losses that count, oldest first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="all">All tasks: what else ran on the hosts.</param>
    /// <param name="placements">They say which machine an attempt lived by.</param>
    public static IReadOnlyList<TaskAttempt> Of(AgenticTask task, IReadOnlyList<AgenticTask> all, PlacementRegistry placements)
    {
        var strikes = new List<TaskAttempt>();
        var before = new Dictionary<string, TaskAttempt>(StringComparer.Ordinal);
        foreach (var loss in task.Status.Attempts.Where(a => a.IsLoss()))
        {
            var host = placements.HostOf(loss);
            if (!before.TryGetValue(host, out var earlier) || OthersPassed(all, task, a => placements.HostOf(a) == host, (earlier, loss)))
            {
                strikes.Add(loss);
            }

            before[host] = loss;
        }

        return strikes;
    }

    // Hosts and operator write these times by clocks of their own: where they are far apart, evidence is missed rather than made up.
    private static bool OthersPassed(IEnumerable<AgenticTask> all, AgenticTask task, Func<TaskAttempt, bool> isThere, (TaskAttempt Earlier, TaskAttempt Later) losses) =>
        all.Where(t => t.Metadata.Uid != task.Metadata.Uid).SelectMany(t => t.Status.Attempts).Any(a =>
            a.Outcome == AttemptOutcome.Succeeded
            && isThere(a)
            && a.StartedAt > losses.Earlier.StartedAt
            && a.StartedAt > losses.Earlier.EndedAt
            && a.EndedAt < losses.Later.EndedAt);
}
