using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Liveness;

public class KeptLeasesTests
{
    [Fact]
    public void What_is_kept_of_Leases_changes_nothing_whatever_becomes_of_them()
    {
        var kept = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var cluster = Given.Cluster(Enumerable.Range(0, random.Next(0, 6)).Select(i => Placed(Given.Node($"n{i}"), seed)));
            for (var step = 0; step < 40; step++)
            {
                var (timer, plainTimer) = (new RequeueTimer(cluster.Uptime), new RequeueTimer(cluster.Uptime));
                var state = LeaseWatch.Observe(cluster, timer);
                var plain = LeaseWatch.Observe(cluster with { State = cluster.State with { KeptLeases = null } }, plainTimer);

                Assert.Equal(Text(plain, plainTimer), Text(state, timer));
                kept += state.KeptLeases is { } now && ReferenceEquals(now.Names, cluster.State.KeptLeases?.Names) ? 1 : 0;
                cluster = Later(cluster with { State = state }, random);
            }
        }

        Assert.InRange(kept, 1000, int.MaxValue);
    }

    [Fact]
    public void A_renewal_leaves_the_others_as_they_are()
    {
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b")]);
        var state = LeaseWatch.Observe(cluster, new RequeueTimer(cluster.Uptime));
        var renewed = cluster.Renewed("a") with { State = state, Uptime = TimeSpan.FromSeconds(5) };

        var next = LeaseWatch.Observe(renewed, new RequeueTimer(renewed.Uptime));

        Assert.Equal(TimeSpan.FromSeconds(5), next.Leases["a"].ChangedAt);
        Assert.Same(state.Leases["b"], next.Leases["b"]);
        Assert.Same(state.KeptLeases!.Names, next.KeptLeases!.Names);
    }

    // Half of the fleets have two sites.
    private static FleetNode Placed(FleetNode node, int seed) => node with
    {
        Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [Labels.Zone] = seed % 2 == 0 ? "" : node.Name() is "n0" or "n1" ? "attic" : "cellar" } },
    };

    private static IEnumerable<string> Text(SchedulerState state, RequeueTimer timer) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{timer.At} {state.Disrupted} {state.UnreachableSince} {state.UndisturbedSince}"),
        .. state.SilentSites.Select(s => s.ToString()).Order(StringComparer.Ordinal),
        .. state.Leases.Select(l => l.ToString()).Order(StringComparer.Ordinal),
    ];

    // Mostly renewals and silence; now and then a host that comes or goes, another holder, or a silent API server.
    private static ClusterSnapshot Later(ClusterSnapshot cluster, Random random)
    {
        var leases = cluster.Leases.Select(l => Later(l, random)).ToList();
        var nodes = cluster.Nodes.ToList();
        if (leases.Count > 0 && random.Next(20) == 0)
        {
            leases.RemoveAt(random.Next(leases.Count));
        }

        if (nodes.Count > 0 && random.Next(20) == 0)
        {
            nodes.RemoveAt(random.Next(nodes.Count));
        }

        var name = $"n{random.Next(6)}";
        if (random.Next(12) == 0 && leases.All(l => l.Name() != Labels.LeaseName(name)))
        {
            leases.Add(Given.Lease(name));
        }

        return cluster with
        {
            Leases = leases,
            Nodes = nodes,
            IsApiReachable = random.Next(15) != 0,
            Uptime = cluster.Uptime + TimeSpan.FromSeconds(random.Next(0, 20)),
            LeasesSeen = leases.Where(_ => random.Next(2) == 0).ToDictionary(l => l.Name(), l => new SeenLease(l, cluster.Uptime + TimeSpan.FromSeconds(random.Next(0, 20)))),
        };
    }

    private static V1Lease Later(V1Lease lease, Random random) => random.Next(12) switch
    {
        0 => lease with { Spec = lease.Spec! with { HolderIdentity = $"host/{random.Next(3)}" } },
        1 => lease with { Spec = lease.Spec! with { HolderIdentity = "" } },
        < 6 => lease with { Spec = lease.Spec! with { RenewTime = lease.Spec.RenewTime!.Value.AddSeconds(10) } },
        _ => lease,
    };
}
