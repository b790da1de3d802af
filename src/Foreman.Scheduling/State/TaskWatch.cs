using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Records since when each task has been in its attempt and phase, on the operator's own clock.</summary>
internal static class TaskWatch
{
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
            var state = last;
            // The limits of a phase count from when it is known to be stored, however long its write waits.
            if (state?.Attempt != task.Status.Attempt || state.Phase != task.PhaseOrPending() || snapshot.Unconfirmed.Contains(task.Uid()))
            {
                state = new ObservedTask(task.Status.Attempt, task.PhaseOrPending(), snapshot.Uptime);
            }

            if (task.IsRunning())
            {
                var lease = last is null && task.Status.AssignedNode is { } node ? leases.GetValueOrDefault(node) : null;
                state = RunWatch.Observe(task, state, lease, snapshot.Uptime, now);
            }

            if (!ReferenceEquals(state, last))
            {
                observed[task.Uid()] = state;
            }
        }

        observed.RemoveRange(before.Keys.Where(uid => !live.Contains(uid)).ToArray());
        return observed.ToImmutable();
    }
}
