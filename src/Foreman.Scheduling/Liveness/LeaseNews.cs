using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>What a change of a Lease is to the scheduler.</summary>
public static class LeaseNews
{
    /// <summary>
    /// True when a change asks for a decision. A renewal of a host that is heard of all the time does not: it is enough that the next decision is told
    /// when it was seen (<see cref="ClusterSnapshot.LeasesSeen"/>), and that one comes when the host would fall silent (<see cref="Plan.RequeueAt"/>).
    /// </summary>
    /// <param name="before">The Lease before; null when it is new.</param>
    /// <param name="now">The Lease; null when it is gone.</param>
    /// <param name="state">What the last decision left.</param>
    /// <param name="uptime">Uptime at which the change was seen.</param>
    public static bool AsksForDecision(V1Lease? before, V1Lease? now, SchedulerState state, TimeSpan uptime)
    {
        if ((now ?? before) is not { } lease || LeaseWatch.NodeOf(lease) is not { } node)
        {
            return false;
        }

        return before is null || now is null || state.Disrupted || state.UnreachableSince is not null
            || state.Leases.GetValueOrDefault(node) is not { } known
            || known.Holder != (now.Spec?.HolderIdentity ?? "")
            || known.SiteIsSilent
            || LivenessRules.StateOf(known, uptime, disrupted: false) != NodeLiveness.Live;
    }
}
