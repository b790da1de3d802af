using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Observes Leases: a renewal counts when it is seen, whatever the host's clock says.</summary>
internal static class LeaseWatch
{
    private const string Prefix = "fn.";

    /// <summary>What Leases say now, and whether most hosts are silent.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    /// <param name="requeue">Told when a host next may be silent for too long.</param>
    public static SchedulerState Observe(ClusterSnapshot snapshot, RequeueTimer requeue)
    {
        if (snapshot.State is { Disrupted: false, SilentSites.IsEmpty: true, KeptLeases: { } kept } && kept.Next(snapshot) is { } next && next.IsQuiet(snapshot.Uptime, requeue))
        {
            return snapshot.State with { Leases = next.All, KeptLeases = next };
        }

        var observed = ObserveAll(snapshot, requeue);
        return observed with { KeptLeases = KeptLeases.Of(snapshot, observed.Leases) };
    }

    /// <summary>Name of the host that a Lease is of; null when it is of none.</summary>
    /// <param name="lease">The Lease.</param>
    public static string? NodeOf(V1Lease lease) =>
        lease.Name().StartsWith(Prefix, StringComparison.Ordinal) ? lease.Name()[Prefix.Length..] : null;

    /// <summary>What is observed of a Lease that was seen before; the same object when nothing has changed.</summary>
    /// <param name="lease">The Lease.</param>
    /// <param name="before">What was observed of it.</param>
    /// <param name="seenAt">Uptime at which it was seen as it is.</param>
    public static ObservedLease Renewed(V1Lease lease, ObservedLease before, TimeSpan seenAt)
    {
        var (holder, renewed) = (lease.Spec?.HolderIdentity ?? "", lease.Spec?.RenewTime);
        if (before.Holder == holder && before.RenewTime == renewed)
        {
            return before;
        }

        // A timer that was started anew meanwhile is not set back.
        var at = seenAt > before.ChangedAt ? seenAt : before.ChangedAt;
        return before with
        {
            Holder = holder,
            RenewTime = renewed,
            ChangedAt = at,
            HolderSince = before.Holder == holder ? before.HolderSince : at,
            LiveSince = before.Dead || at - before.ChangedAt >= LivenessRules.SuspectAfter ? at : before.LiveSince,
            Dead = false,
            SiteIsSilent = false,
        };
    }

    private static SchedulerState ObserveAll(ClusterSnapshot snapshot, RequeueTimer requeue)
    {
        var state = snapshot.State;
        var observed = state.Leases.ToBuilder();
        var stale = new Lazy<HashSet<string>>(() => Stale(snapshot));
        foreach (var lease in snapshot.Leases)
        {
            if (NodeOf(lease) is { } node)
            {
                observed[node] = Observed(lease, node, (snapshot.SeenAt(lease), stale), state.Leases.GetValueOrDefault(node));
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

    private static ObservedLease Observed(V1Lease lease, string node, (TimeSpan SeenAt, Lazy<HashSet<string>> Stale) round, ObservedLease? before) =>
        before is not null ? Renewed(lease, before, round.SeenAt) : new ObservedLease
        {
            Holder = lease.Spec?.HolderIdentity ?? "",
            RenewTime = lease.Spec?.RenewTime,
            ChangedAt = round.SeenAt,
            HolderSince = round.SeenAt,
            LiveSince = round.SeenAt,
            Dead = round.Stale.Value.Contains(node),
        };

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
