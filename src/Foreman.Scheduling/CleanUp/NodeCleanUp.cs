using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>FleetNodes whose agent has been gone for long. The agent registers the host again, should it come back.</summary>
internal static class NodeCleanUp
{
    public static (ImmutableDictionary<string, ObservedAbsence> After, IReadOnlyList<Decision> Decisions) Decide(
        ClusterSnapshot snapshot, SchedulerState state, FleetView fleet, RequeueTimer requeue)
    {
        var absent = Observe(state.CleanUp.Nodes, fleet, snapshot.Uptime).ToBuilder();
        var decisions = new List<Decision>();
        if (QuietFrom(state) is not { } quiet)
        {
            return (absent.ToImmutable(), decisions);
        }

        var busy = new Lazy<HashSet<string>>(() => Busy(snapshot.Tasks));
        foreach (var node in fleet.All)
        {
            if (!absent.TryGetValue(node.Node.Uid(), out var absence) || After(snapshot.Settings.CleanUp, absence) is not { } after || IsKept(node.Node))
            {
                continue;
            }

            var due = absence.Since + after;
            if (CleanUpRound.IsDue(due < quiet ? quiet : due, absence.AskedAt, snapshot.Uptime, requeue) && !busy.Value.Contains(node.Name))
            {
                absent[node.Node.Uid()] = absence with { AskedAt = snapshot.Uptime };
                decisions.Add(Delete(node.Node, absence, snapshot.Uptime));
            }
        }

        return (absent.ToImmutable(), decisions);
    }

    // An agent that was told to stop says so before it releases its Lease; one that failed releases it too.
    private static bool IsLeft(NodeView node) =>
        node.Liveness == NodeLiveness.Stopped && node.Node.Status?.NotAccepting?.Any(r => r.Reason == Reasons.Draining) == true;

    private static ImmutableDictionary<string, ObservedAbsence> Observe(ImmutableDictionary<string, ObservedAbsence> before, FleetView fleet, TimeSpan uptime)
    {
        var absent = before.ToBuilder();
        var gone = fleet.All.Where(n => n.Liveness is NodeLiveness.Dead or NodeLiveness.Stopped).ToDictionary(n => n.Node.Uid(), IsLeft, StringComparer.Ordinal);
        absent.RemoveRange(before.Keys.Where(uid => !gone.ContainsKey(uid)));
        foreach (var (uid, left) in gone)
        {
            if (before.GetValueOrDefault(uid)?.ByChoice != left)
            {
                absent[uid] = new ObservedAbsence(left, uptime);
            }
        }

        return absent.ToImmutable();
    }

    // What hosts could not write meanwhile they write then.
    private static TimeSpan? QuietFrom(SchedulerState state) =>
        state.Disrupted || state.UnreachableSince is not null ? null
        : state.UndisturbedSince > TimeSpan.Zero ? state.UndisturbedSince + LivenessRules.DeadAfter
        : TimeSpan.Zero;

    private static TimeSpan? After(CleanUpSettings settings, ObservedAbsence absence) => absence.ByChoice ? settings.LeftNodes : settings.DeadNodes;

    // What an admin has said of a host must not be lost: a host that registers again knows nothing of it.
    private static bool IsKept(FleetNode node) =>
        node.Metadata.DeletionTimestamp is not null || node.Spec is { Unschedulable: true } or { Drain: not null } or { Namespaces.Count: > 0 };

    /// <summary>The hosts that hold a task that has not ended, or files that one waits for.</summary>
    private static HashSet<string> Busy(IEnumerable<AgenticTask> tasks) => tasks
        .Where(t => !t.IsTerminal())
        .SelectMany(t => (t.Spec.Payload.Inputs ?? []).Select(i => i.Host).Append(t.Status.AssignedNode))
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    private static DeleteNode Delete(FleetNode node, ObservedAbsence absence, TimeSpan uptime)
    {
        var age = Text(uptime - absence.Since);
        var why = absence.ByChoice ? $"Its agent was stopped {age} ago" : $"Its agent has been gone for {age}";
        var message = $"{why}, so the FleetNode is deleted; the agent registers the host again when it starts.";
        return new DeleteNode { Node = node, Event = new DecisionEvent(Warning: false, Reasons.CleanedUp, message) };
    }

    private static string Text(TimeSpan age) => age < TimeSpan.FromHours(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h");
}
