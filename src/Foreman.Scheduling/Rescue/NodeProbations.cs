using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Hosts that leave assignments unclaimed go last, then on probation, until they claim one.</summary>
internal static class NodeProbations
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>One more failure: from the second on the host gets nothing for a while that doubles each time.</summary>
    public static ImmutableDictionary<string, NodeProbation> RecordFailure(
        ImmutableDictionary<string, NodeProbation> probations, string node, TimeSpan uptime)
    {
        var failures = (probations.GetValueOrDefault(node)?.Failures ?? 0) + 1;
        return probations.SetItem(node, new NodeProbation(failures, uptime + Pause(failures)));
    }

    /// <summary>The pause after so many failures in a row: none after the first, then 30 s, doubled each time up to 5 minutes.</summary>
    /// <param name="failures">How many there were.</param>
    public static TimeSpan Pause(int failures)
    {
        var pause = failures < 2 ? TimeSpan.Zero : FirstPause * Math.Pow(2, Math.Min(failures - 2, 4));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>A host that has claimed a task since, or has a new process, starts with no failures.</summary>
    public static ImmutableDictionary<string, NodeProbation> Reset(
        ImmutableDictionary<string, NodeProbation> probations, ClusterSnapshot snapshot, SchedulerState before)
    {
        if (probations.IsEmpty)
        {
            return probations;
        }

        var claimed = snapshot.Tasks
            .Where(t => t.IsRunning() && before.Tasks.GetValueOrDefault(t.Metadata.Uid ?? "")?.Phase != TaskPhase.Running)
            .Select(t => t.Status.AssignedNode)
            .OfType<string>();
        var restarted = probations.Keys.Where(n =>
            snapshot.State.Leases.GetValueOrDefault(n)?.Holder is { } old
            && snapshot.Leases.FirstOrDefault(l => l.Metadata.Name == Labels.LeaseName(n))?.Spec?.HolderIdentity is { Length: > 0 } now
            && now != old);
        return probations.RemoveRange(claimed.Concat(restarted).ToArray());
    }
}
