using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Observes Leases: a renewal counts when it is seen, whatever the host's clock says.</summary>
internal static class LeaseWatch
{
    private const string Prefix = "fn.";

    public static SchedulerState Observe(ClusterSnapshot snapshot, RequeueTimer requeue)
    {
        var state = snapshot.State;
        var observed = state.Leases.ToBuilder();
        var stale = new Lazy<HashSet<string>>(() => Stale(snapshot));
        foreach (var lease in snapshot.Leases)
        {
            if (NodeOf(lease) is { } node)
            {
                observed[node] = Observed(lease, node, (snapshot.Uptime, stale), state.Leases.GetValueOrDefault(node));
            }
        }

        var known = snapshot.Nodes.Select(n => n.Name()).ToHashSet(StringComparer.Ordinal);
        var leased = snapshot.Leases.Select(NodeOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        observed.RemoveRange(state.Leases.Keys.Where(n => !known.Contains(n) && !leased.Contains(n) && state.Leases[n] is { Dead: true } or { Holder.Length: 0 }));
        if (!snapshot.IsApiReachable)
        {
            foreach (var (node, lease) in observed.ToArray())
            {
                observed[node] = lease with { ChangedAt = snapshot.Uptime };
            }
        }

        return Disruption.Detect(Reached(state, snapshot) with { Leases = observed.ToImmutable() }, snapshot.Nodes, snapshot.Uptime, requeue);
    }

    // What hosts could not write while the API server was away for long says nothing about their runs.
    private static SchedulerState Reached(SchedulerState state, ClusterSnapshot snapshot)
    {
        if (!snapshot.IsApiReachable)
        {
            return state with { UnreachableSince = state.UnreachableSince ?? snapshot.Uptime };
        }

        return state.UnreachableSince is not { } since ? state
            : snapshot.Uptime - since < LivenessRules.SuspectAfter ? state with { UnreachableSince = null }
            : state with { UnreachableSince = null, UndisturbedSince = snapshot.Uptime };
    }

    private static string? NodeOf(V1Lease lease) =>
        lease.Name().StartsWith(Prefix, StringComparison.Ordinal) ? lease.Name()[Prefix.Length..] : null;

    private static ObservedLease Observed(V1Lease lease, string node, (TimeSpan Uptime, Lazy<HashSet<string>> Stale) round, ObservedLease? before)
    {
        var holder = lease.Spec?.HolderIdentity ?? "";
        var renewed = lease.Spec?.RenewTime;
        if (before is null)
        {
            return new ObservedLease
            {
                Holder = holder,
                RenewTime = renewed,
                ChangedAt = round.Uptime,
                HolderSince = round.Uptime,
                LiveSince = round.Uptime,
                Dead = round.Stale.Value.Contains(node),
            };
        }

        return before.Holder == holder && before.RenewTime == renewed
            ? before
            : before with
            {
                Holder = holder,
                RenewTime = renewed,
                ChangedAt = round.Uptime,
                HolderSince = before.Holder == holder ? before.HolderSince : round.Uptime,
                LiveSince = before.Dead || round.Uptime - before.ChangedAt >= LivenessRules.SuspectAfter ? round.Uptime : before.LiveSince,
                Dead = false,
                SiteIsSilent = false,
            };
    }

    // After a restart of the operator a host that was stale stays so until it renews. One that got a task since had renewed: a leader may have
    // stopped between the two writes.
    private static HashSet<string> Stale(ClusterSnapshot snapshot)
    {
        var since = snapshot.Nodes
            .Select(n => (Name: n.Name(), Ready: n.Status?.Conditions.Find(ConditionTypes.Ready)))
            .Where(n => n.Ready is { Status: Conditions.False, Reason: Reasons.HeartbeatStale })
            .ToDictionary(n => n.Name, n => n.Ready!.LastTransitionTime, StringComparer.Ordinal);
        var returned = snapshot.Tasks
            .Where(t => t.HoldsSlot() && since.TryGetValue(t.Status.AssignedNode!, out var mark)
                && t.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.True } scheduled && scheduled.LastTransitionTime >= mark)
            .Select(t => t.Status.AssignedNode!);
        return since.Keys.Except(returned, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
    }
}
