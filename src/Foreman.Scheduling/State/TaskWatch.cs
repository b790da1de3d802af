using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Records since when each task has been in its attempt and phase, on the operator's own clock.</summary>
internal static class TaskWatch
{
    /// <summary>What is known of tasks now; of tasks that are the same objects nothing new is.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    /// <param name="leases">What is known of Leases now.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="recalled">What of the last decision holds.</param>
    public static ImmutableDictionary<string, ObservedTask> Observe(
        ClusterSnapshot snapshot, ImmutableDictionary<string, ObservedLease> leases, DateTimeOffset now, Recalled recalled)
    {
        if (!recalled.IsFollowed || recalled.Diff is not { HasUids: true } diff)
        {
            return Observe(snapshot, leases, now);
        }

        var before = snapshot.State.Tasks;
        var observed = before.ToBuilder();
        AgenticTask[] changed = [.. diff.Changed.Where(t => !t.IsTerminal())];
        var live = changed.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal);
        observed.RemoveRange(diff.Gone.Select(t => t.Uid()).Where(uid => !live.Contains(uid)));
        foreach (var task in changed.Concat(recalled.Lists.Unanswered))
        {
            var last = before.GetValueOrDefault(task.Uid());
            var state = Next(task, last, snapshot, leases, now);
            if (!ReferenceEquals(state, last))
            {
                observed[task.Uid()] = state;
            }
        }

        return observed.ToImmutable();
    }

    /// <summary>What is known of tasks now.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    /// <param name="leases">What is known of Leases now.</param>
    /// <param name="now">Time of day.</param>
    public static ImmutableDictionary<string, ObservedTask> Observe(
        ClusterSnapshot snapshot, ImmutableDictionary<string, ObservedLease> leases, DateTimeOffset now)
    {
        var before = snapshot.State.Tasks;
        var observed = before.ToBuilder();
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in snapshot.Tasks.Where(t => !t.IsTerminal()))
        {
            live.Add(task.Uid());
            var last = before.GetValueOrDefault(task.Uid());
            var state = Next(task, last, snapshot, leases, now);
            if (!ReferenceEquals(state, last))
            {
                observed[task.Uid()] = state;
            }
        }

        observed.RemoveRange(before.Keys.Where(uid => !live.Contains(uid)).ToArray());
        return observed.ToImmutable();
    }

    private static ObservedTask Next(
        AgenticTask task, ObservedTask? last, ClusterSnapshot snapshot, ImmutableDictionary<string, ObservedLease> leases, DateTimeOffset now)
    {
        var state = last;

        // The limits of a phase count from when it is known to be stored, however long its write waits.
        if (state?.Attempt != task.Status.Attempt || state.Phase != task.PhaseOrPending() || snapshot.Unconfirmed.Contains(task.Uid()))
        {
            state = new ObservedTask(task.Status.Attempt, task.PhaseOrPending(), snapshot.Uptime);
        }

        if (!task.IsRunning())
        {
            return state;
        }

        var lease = last is null && task.Status.AssignedNode is { } node ? leases.GetValueOrDefault(node) : null;
        return RunWatch.Observe(task, state, lease, snapshot.Uptime, now);
    }
}
