using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>Mistakes in the protocol between operator and hosts. Each must be found by the simulation, else it would not find ours.</summary>
internal static class BrokenFleets
{
    /// <summary>By what is wrong: the rules, and a seed that finds them, where a search begins that somebody waits for.</summary>
    public static IReadOnlyDictionary<string, (FleetRules Rules, int Seed)> All { get; } = new Dictionary<string, (FleetRules, int)>
    {
        ["claims without tests"] = (new() { Claim = WithoutTests }, 6),
        ["ends without tests"] = (new() { End = WithoutTests }, 47),
        ["compares the wall clocks of hosts with its own"] = (new() { Look = WallClock }, 0),
        ["forgets what it has written until it is read back"] = (new() { Assumes = false }, 23),
        ["leads without a fence"] = (new() { Fenced = false }, 1),
        ["releases all hosts when all are silent"] = (new() { Look = NoDisruption }, 31),
        ["releases the hosts of a site that is silent"] = (new() { Look = NoSites }, 126),
        ["acts on old events, without tests in its writes"] = (new() { TakesOldEvents = true, Decide = WithoutTests }, 0),
    };

    // A merge patch has none.
    private static V1Patch WithoutTests(V1Patch patch) => patch.Content is JsonArray operations
        ? new(patch.Type, new JsonArray([.. operations.Where(o => (string)o!["op"]! != "test").Select(o => o!.DeepClone())]))
        : patch;

    // A Lease is as old as the time in it says.
    private static ClusterSnapshot WallClock(ClusterSnapshot snapshot, DateTimeOffset now) => snapshot with
    {
        State = snapshot.State with
        {
            Leases = snapshot.State.Leases.SetItems(snapshot.Leases
                .Where(l => l.Spec?.RenewTime is not null && snapshot.State.Leases.ContainsKey(Node(l)))
                .Select(l => KeyValuePair.Create(Node(l), snapshot.State.Leases[Node(l)] with
                {
                    Holder = l.Spec!.HolderIdentity ?? "",
                    RenewTime = l.Spec.RenewTime,
                    ChangedAt = snapshot.Uptime - (now - l.Spec.RenewTime!.Value),
                }))),
        },
    };

    // Each host is judged alone.
    private static ClusterSnapshot NoDisruption(ClusterSnapshot snapshot, DateTimeOffset now) => snapshot with
    {
        State = snapshot.State with
        {
            Leases = snapshot.State.Leases.ToImmutableDictionary(
                l => l.Key,
                l => snapshot.Uptime - l.Value.ChangedAt >= LivenessRules.DeadAfter ? l.Value with { Dead = true } : l.Value),
        },
    };

    // Hosts of a site are judged alone; those of a fleet that is silent as a whole are not.
    private static ClusterSnapshot NoSites(ClusterSnapshot snapshot, DateTimeOffset now) => snapshot.State.Disrupted ? snapshot : NoDisruption(snapshot, now);

    private static string Node(V1Lease lease) => lease.Name()[3..];
}
