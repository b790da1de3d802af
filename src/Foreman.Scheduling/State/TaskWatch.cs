using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Remembers since when each task stands where it stands, on the operator's own clock.</summary>
internal static class TaskWatch
{
    public static ImmutableDictionary<string, ObservedTask> Observe(ClusterSnapshot snapshot)
    {
        var before = snapshot.State.Tasks;
        var seen = before.ToBuilder();
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in snapshot.Tasks.Where(t => !t.IsTerminal()))
        {
            live.Add(task.Uid());
            var sighting = before.GetValueOrDefault(task.Uid());
            if (sighting?.Attempt != task.Status.Attempt || sighting.Phase != task.PhaseOrPending())
            {
                seen[task.Uid()] = new ObservedTask(task.Status.Attempt, task.PhaseOrPending(), snapshot.Uptime);
            }
        }

        seen.RemoveRange(before.Keys.Where(uid => !live.Contains(uid)).ToArray());
        return seen.ToImmutable();
    }
}
