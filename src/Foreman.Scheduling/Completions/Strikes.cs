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
    /// <param name="index">All tasks: what else ran on the hosts.</param>
    /// <param name="placements">They say which machine an attempt lived by.</param>
    public static IReadOnlyList<TaskAttempt> Of(AgenticTask task, TaskIndex index, PlacementRegistry placements)
    {
        var strikes = new List<TaskAttempt>();
        var before = new Dictionary<string, TaskAttempt>(StringComparer.Ordinal);
        foreach (var loss in task.Status.Attempts.Where(a => a.IsLoss()))
        {
            var host = placements.HostOf(loss);
            if (!before.TryGetValue(host, out var earlier) || OthersPassed(index.SuccessesOn(host, placements), task, (earlier, loss)))
            {
                strikes.Add(loss);
            }

            before[host] = loss;
        }

        return strikes;
    }

    // Hosts and operator write these times by clocks of their own: where they are far apart, evidence is missed rather than made up.
    private static bool OthersPassed(IEnumerable<(string? Uid, TaskAttempt Attempt)> there, AgenticTask task, (TaskAttempt Earlier, TaskAttempt Later) losses) =>
        there.Any(s => s.Uid != task.Metadata.Uid
            && s.Attempt.StartedAt > losses.Earlier.StartedAt
            && s.Attempt.StartedAt > losses.Earlier.EndedAt
            && s.Attempt.EndedAt < losses.Later.EndedAt);
}
