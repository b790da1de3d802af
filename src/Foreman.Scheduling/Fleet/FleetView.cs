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

    public static FleetView From(ClusterSnapshot snapshot, SchedulerState state)
    {
        var views = new Dictionary<string, NodeView>(StringComparer.Ordinal);
        foreach (var node in snapshot.Nodes)
        {
            var lease = state.Leases.GetValueOrDefault(node.Name());
            var liveness = LivenessRules.StateOf(lease, snapshot.Uptime, state.Disrupted);
            views[node.Name()] = new NodeView(node, liveness, lease, state.Probations.GetValueOrDefault(node.Name()));
        }

        foreach (var (task, host) in snapshot.Tasks.Select(t => (Task: t, Host: HostOf(t, snapshot))).Where(t => t.Host is not null).OrderBy(t => ObjectKey.Of(t.Task).ToString(), StringComparer.Ordinal))
        {
            views.GetValueOrDefault(host!)?.Take(task);
        }

        return new FleetView(views);
    }

    // A slot is free once it is stored that its task was taken back: two writes of one plan arrive in any order.
    private static string? HostOf(AgenticTask task, ClusterSnapshot snapshot) =>
        task.HoldsSlot() ? task.Status.AssignedNode
        : task.IsPending() && snapshot.Unconfirmed.Contains(task.Uid()) ? task.LastAttempt()?.Node
        : null;

    public NodeView? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
