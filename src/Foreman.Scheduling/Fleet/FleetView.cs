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

    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state) => From(snapshot, state, TaskLists.Of(snapshot));

    /// <summary>The hosts of a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="state">What was observed of it.</param>
    /// <param name="tasks">Its tasks.</param>
    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state, TaskLists tasks)
    {
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal);
        foreach (var node in snapshot.Nodes)
        {
            var lease = state.Leases.GetValueOrDefault(node.Name());
            var liveness = LivenessRules.StateOf(lease, snapshot.Uptime, state.Disrupted);
            views[node.Name()] = new NodeView(node, liveness, lease, state.Probations.GetValueOrDefault(node.Name()));
        }

        foreach (var (task, host) in tasks.Holding)
        {
            views.GetValueOrDefault(host)?.Take(task);
        }

        return new FleetView(views);
    }

    public NodeView? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
