using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Hosts that leave assignments unclaimed go last, then on probation, until they claim one.</summary>
internal static class Trials
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>One more strike: from the second on the host gets nothing for a while that doubles each time.</summary>
    public static ImmutableDictionary<string, NodeTrial> Strike(
        ImmutableDictionary<string, NodeTrial> trials, string node, TimeSpan uptime)
    {
        var strikes = (trials.GetValueOrDefault(node)?.Strikes ?? 0) + 1;
        var pause = strikes < 2 ? TimeSpan.Zero : FirstPause * Math.Pow(2, Math.Min(strikes - 2, 4));
        return trials.SetItem(node, new NodeTrial(strikes, uptime + (pause < LongestPause ? pause : LongestPause)));
    }

    /// <summary>A host that runs a task it claimed since has proven itself; one with a new process starts anew.</summary>
    public static ImmutableDictionary<string, NodeTrial> Forgive(
        ImmutableDictionary<string, NodeTrial> trials, ClusterSnapshot snapshot, SchedulerMemory before)
    {
        if (trials.IsEmpty)
        {
            return trials;
        }

        var claimed = snapshot.Tasks
            .Where(t => t.IsRunning() && before.Tasks.GetValueOrDefault(t.Metadata.Uid ?? "")?.Phase != TaskPhase.Running)
            .Select(t => t.Status.AssignedNode)
            .OfType<string>();
        var restarted = trials.Keys.Where(n =>
            snapshot.Memory.Leases.GetValueOrDefault(n)?.Holder is { } old
            && snapshot.Leases.FirstOrDefault(l => l.Metadata.Name == Labels.LeaseName(n))?.Spec?.HolderIdentity is { Length: > 0 } now
            && now != old);
        return trials.RemoveRange(claimed.Concat(restarted).ToArray());
    }
}
