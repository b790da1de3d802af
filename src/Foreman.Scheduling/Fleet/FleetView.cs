using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>All hosts, with the tasks that are assigned to them.</summary>
internal sealed class FleetView
{
    private readonly Dictionary<string, NodeView> _byName;

    private FleetView(Dictionary<string, NodeView> byName)
    {
        _byName = byName;
        All = [.. byName.Values.OrderBy(n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>In order of their names.</summary>
    public IReadOnlyList<NodeView> All { get; }

    /// <summary>The hosts of a snapshot.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="state">What was observed of it.</param>
    /// <param name="stored">The tasks as they were stored when the decision began; null when those of the snapshot are.</param>
    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state, IReadOnlyList<AgenticTask>? stored = null)
    {
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal);
        foreach (var node in snapshot.Nodes)
        {
            var lease = state.Leases.GetValueOrDefault(node.Name());
            var liveness = LivenessRules.StateOf(lease, snapshot.Uptime, state.Disrupted);
            views[node.Name()] = new NodeView(node, liveness, lease, state.Probations.GetValueOrDefault(node.Name()));
        }

        foreach (var (task, host) in snapshot.Tasks.Select(t => (Task: t, Host: t.SlotOn(snapshot.Unconfirmed))).Where(t => t.Host is not null).OrderBy(t => ObjectKey.Of(t.Task).ToString(), StringComparer.Ordinal))
        {
            views.GetValueOrDefault(host!)?.Take(task);
        }

        LastRuns.Tell(views, stored ?? snapshot.Tasks);
        return new FleetView(views);
    }

    public NodeView? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
