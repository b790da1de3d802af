using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Tells one dead host from a broken network. When most of the hosts that were alive fall silent at once and no site goes on, nothing is concluded, and when
/// they are heard of again every timer starts anew. When most hosts of one site do and another site goes on, the same holds for that site, for a while.
/// </summary>
internal static class Disruption
{
    /// <summary>Fewer silent hosts than this are never a disruption.</summary>
    public const int LeastSilentNodes = 2;

    /// <summary>The site of a host: the label of ours, else that of Kubernetes; empty without both.</summary>
    /// <param name="node">The host.</param>
    public static string SiteOf(FleetNode node) => node.GetLabel(Labels.Site) ?? node.GetLabel(Labels.Zone) ?? "";

    /// <summary>Concludes what the silence of hosts means.</summary>
    /// <param name="state">What was observed.</param>
    /// <param name="nodes">The hosts.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="requeue">Told when to look again.</param>
    public static SchedulerState Detect(SchedulerState state, IReadOnlyList<FleetNode> nodes, TimeSpan uptime, RequeueTimer requeue)
    {
        var watched = state.Leases.Where(l => l.Value.Holder.Length > 0 && !l.Value.Dead).ToArray();
        var silent = watched.Count(l => IsSilent(l.Value, uptime));
        if (silent > 0 || state.Disrupted || !state.SilentSites.IsEmpty)
        {
            var isMost = silent >= LeastSilentNodes && silent * 2 > watched.Length;
            var sites = SitesOf(watched, nodes, uptime);
            state = isMost && sites.All(s => s.IsMostlySilent) ? Everywhere(state, watched) : SiteBySite(state, sites, isMost, uptime);
        }

        WakeAtNextStep(state, uptime, requeue);
        return state;
    }

    private static bool IsSilent(ObservedLease lease, TimeSpan uptime) => uptime - lease.ChangedAt >= LivenessRules.SuspectAfter;

    private static Site[] SitesOf(KeyValuePair<string, ObservedLease>[] watched, IReadOnlyList<FleetNode> nodes, TimeSpan uptime)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            names[node.Name()] = SiteOf(node);
        }

        return
        [
            .. watched.GroupBy(l => names.GetValueOrDefault(l.Key, ""), StringComparer.Ordinal)
                .Select(g => new Site(g.Key, [.. g], g.Count(l => IsSilent(l.Value, uptime)))),
        ];
    }

    private static SchedulerState Everywhere(SchedulerState state, KeyValuePair<string, ObservedLease>[] watched) => state with
    {
        Disrupted = true,
        SilentSites = SchedulerState.Empty.SilentSites,
        Leases = state.Leases.SetItems(watched.Select(l => KeyValuePair.Create(l.Key, WithSite(l.Value, isSilent: false)))),
    };

    private static SchedulerState SiteBySite(SchedulerState state, Site[] sites, bool isMost, TimeSpan uptime)
    {
        var leases = state.Leases.ToBuilder();
        var silentSites = SchedulerState.Empty.SilentSites.ToBuilder();
        foreach (var site in sites)
        {
            // A site that is held stays so when only others are heard of again.
            var isBegun = state.SilentSites.ContainsKey(site.Name) || (state.Disrupted && sites.Length > 1);
            var isSilent = site.IsMostlySilent && (isMost || isBegun || site.Silent >= LeastSilentNodes);
            var since = state.SilentSites.GetValueOrDefault(site.Name, uptime);
            var isHeld = isSilent && uptime - since < LivenessRules.LongestSiteSilence;
            if (isHeld)
            {
                silentSites[site.Name] = since;
            }

            var isOver = !isSilent && (state.Disrupted || state.SilentSites.ContainsKey(site.Name));
            foreach (var (name, lease) in site.Leases)
            {
                leases[name] = isHeld ? WithSite(lease, IsSilent(lease, uptime)) : isOver ? Anew(lease, uptime) : Alone(lease, uptime);
            }
        }

        return state with
        {
            Disrupted = false,
            SilentSites = silentSites.ToImmutable(),
            UndisturbedSince = state.Disrupted ? uptime : state.UndisturbedSince,
            Leases = leases.ToImmutable(),
        };
    }

    private static ObservedLease WithSite(ObservedLease lease, bool isSilent) => lease.SiteIsSilent == isSilent ? lease : lease with { SiteIsSilent = isSilent };

    // What a host could not write meanwhile says nothing about its runs.
    private static ObservedLease Anew(ObservedLease lease, TimeSpan uptime) => lease with
    {
        SiteIsSilent = false,
        ChangedAt = uptime,
        LiveSince = IsSilent(lease, uptime) ? uptime : lease.LiveSince,
    };

    private static ObservedLease Alone(ObservedLease lease, TimeSpan uptime) =>
        uptime - lease.ChangedAt >= LivenessRules.DeadAfter ? lease with { SiteIsSilent = false, Dead = true } : WithSite(lease, isSilent: false);

    private static void WakeAtNextStep(SchedulerState state, TimeSpan uptime, RequeueTimer requeue)
    {
        foreach (var since in state.SilentSites.Values)
        {
            requeue.NoLaterThan(since + LivenessRules.LongestSiteSilence);
        }

        foreach (var lease in state.Leases.Values.Where(l => l.Holder.Length > 0 && !l.Dead))
        {
            foreach (var step in (ReadOnlySpan<TimeSpan>)[LivenessRules.SuspectAfter, LivenessRules.DeadAfter])
            {
                if (lease.ChangedAt + step > uptime)
                {
                    requeue.NoLaterThan(lease.ChangedAt + step);
                    break;
                }
            }
        }
    }

    /// <summary>The hosts of one site that are watched.</summary>
    /// <param name="Name">The site.</param>
    /// <param name="Leases">Their Leases.</param>
    /// <param name="Silent">How many are silent.</param>
    private sealed record Site(string Name, KeyValuePair<string, ObservedLease>[] Leases, int Silent)
    {
        public bool IsMostlySilent => Silent * 2 > Leases.Length;
    }
}
