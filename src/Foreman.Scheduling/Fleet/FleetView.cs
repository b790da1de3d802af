using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>All hosts, with the tasks that are assigned to them.</summary>
internal sealed class FleetView
{
    private readonly Dictionary<string, NodeView> _byName;

    private FleetView(Dictionary<string, NodeView> byName, FleetView? before)
    {
        _byName = byName;
        All = InOrderOf(before, byName) ?? [.. byName.Values.OrderBy(n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>In order of their names.</summary>
    public IReadOnlyList<NodeView> All { get; }

    /// <summary>The hosts of a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="state">What was observed of it.</param>
    /// <param name="stored">The tasks as they were stored when the decision began; null when those of the cluster are.</param>
    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state, IReadOnlyList<AgenticTask>? stored = null)
    {
        var tasks = TaskLists.Of(snapshot);
        return From(snapshot, state, tasks, stored is null ? tasks.Runs : new(stored));
    }

    /// <summary>The hosts of a cluster.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="state">What was observed of it.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="runs">What ran on its hosts.</param>
    /// <param name="before">The hosts of an earlier decision, whose order is taken over where they have the same names.</param>
    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state, TaskLists tasks, FleetRuns runs, FleetView? before = null)
    {
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal);
        var agents = new AgentIndex(snapshot.Agents, snapshot.Settings);
        foreach (var node in snapshot.Nodes)
        {
            var lease = state.Leases.GetValueOrDefault(node.Name());
            var liveness = LivenessRules.StateOf(lease, snapshot.Uptime, state.Disrupted);
            views[node.Name()] = new NodeView(node, liveness, lease, state.Probations.GetValueOrDefault(node.Name())) { Runs = runs, Agents = agents, TellsAtOnce = snapshot.HostsTellAtOnce };
        }

        foreach (var (task, host) in tasks.Holding)
        {
            views.GetValueOrDefault(host)?.Take(task);
        }

        return new FleetView(views, before);
    }

    public NodeView? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    /// <summary>True when there are hosts of the same names, so that each has the same place.</summary>
    /// <param name="other">Other hosts.</param>
    public bool HasNamesOf(FleetView other)
    {
        if (All.Count != other.All.Count)
        {
            return false;
        }

        for (var i = 0; i < All.Count; i++)
        {
            if (!string.Equals(All[i].Name, other.All[i].Name, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static NodeView[]? InOrderOf(FleetView? before, Dictionary<string, NodeView> byName)
    {
        if (before is null || before.All.Count != byName.Count)
        {
            return null;
        }

        var all = new NodeView[byName.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if (!byName.TryGetValue(before.All[i].Name, out var node))
            {
                return null;
            }

            all[i] = node;
        }

        return all;
    }
}
