using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// The Leases as one decision saw them, in arrays, for the next one: of a Lease that is the same object nothing new is observed, and the times of
/// all of them are gone through once. It never changes.
/// </summary>
internal sealed class KeptLeases
{
    private readonly ClusterSnapshot _snapshot;
    private readonly int[] _places;

    private KeptLeases(ClusterSnapshot snapshot, int[] places) => (_snapshot, _places) = (snapshot, places);

    /// <summary>The hosts; the same object while they are the same.</summary>
    public required string[] Names { get; init; }

    /// <summary>What was observed of the Lease of each, in this order.</summary>
    public required ObservedLease[] Observed { get; init; }

    /// <summary>The same as it stands in the state.</summary>
    public required ImmutableDictionary<string, ObservedLease> All { get; init; }

    /// <summary>The Leases after a decision; null when one of them is of a host that is gone.</summary>
    /// <param name="snapshot">What was looked at.</param>
    /// <param name="observed">What was observed.</param>
    public static KeptLeases? Of(ClusterSnapshot snapshot, ImmutableDictionary<string, ObservedLease> observed)
    {
        var hosts = snapshot.Nodes.Select(n => n.Name()).Concat(snapshot.Leases.Select(LeaseWatch.NodeOf).OfType<string>()).ToHashSet(StringComparer.Ordinal);
        var (names, leases, places) = (new string[observed.Count], new ObservedLease[observed.Count], new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (name, lease) in observed)
        {
            (names[places.Count], leases[places.Count]) = (name, lease);
            places.Add(name, places.Count);
        }

        return names.All(hosts.Contains)
            ? new(snapshot with { State = SchedulerState.Empty }, [.. snapshot.Leases.Select(l => LeaseWatch.NodeOf(l) is { } node ? places[node] : -1)])
            {
                Names = names,
                Observed = leases,
                All = observed,
            }
            : null;
    }

    /// <summary>The Leases now; null when more has changed than Leases that are there.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    public KeptLeases? Next(ClusterSnapshot snapshot)
    {
        var state = snapshot.State;
        if (!ReferenceEquals(state.Leases, All) || !snapshot.IsApiReachable || state.UnreachableSince is not null
            || !HaveSameNames(_snapshot.Nodes, snapshot.Nodes) || !HaveSameNames(_snapshot.Leases, snapshot.Leases))
        {
            return null;
        }

        var (observed, all) = ((ObservedLease[]?)null, All);
        for (var i = 0; i < _places.Length; i++)
        {
            var lease = snapshot.Leases[i];
            if (_places[i] < 0 || ReferenceEquals(_snapshot.Leases[i], lease))
            {
                continue;
            }

            var place = _places[i];
            var now = LeaseWatch.Renewed(lease, Observed[place], snapshot.SeenAt(lease));
            if (!ReferenceEquals(now, Observed[place]))
            {
                observed ??= (ObservedLease[])Observed.Clone();
                observed[place] = now;
                all = all.SetItem(Names[place], now);
            }
        }

        return new(snapshot with { State = SchedulerState.Empty }, _places) { Names = Names, Observed = observed ?? Observed, All = all };
    }

    /// <summary>True when no host is silent, so that nothing is to be concluded from silence; the time at which one next may be is then asked for.</summary>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="requeue">Told when a host next may be silent for too long.</param>
    public bool IsQuiet(TimeSpan uptime, RequeueTimer requeue)
    {
        var next = TimeSpan.MaxValue;
        foreach (var lease in Observed)
        {
            if (lease.Holder.Length == 0 || lease.Dead)
            {
                continue;
            }

            var suspect = lease.ChangedAt + LivenessRules.SuspectAfter;
            if (uptime >= suspect)
            {
                return false;
            }

            next = suspect < next ? suspect : next;
        }

        if (next < TimeSpan.MaxValue)
        {
            requeue.NoLaterThan(next);
        }

        return true;
    }

    private static bool HaveSameNames<T>(IReadOnlyList<T> before, IReadOnlyList<T> now)
        where T : class, IKubernetesObject
    {
        if (before.Count != now.Count)
        {
            return false;
        }

        for (var i = 0; i < now.Count; i++)
        {
            if (!ReferenceEquals(before[i], now[i]) && !string.Equals(before[i].Name(), now[i].Name(), StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
