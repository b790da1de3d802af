namespace Foreman.Scheduling;

/// <summary>Which hosts are not what they were when the last decision had been made.</summary>
internal static class HostChanges
{
    // From here on it takes less to explain each class anew.
    private const int Most = 16;

    /// <summary>Their places; null when hosts came or went, or when there are many.</summary>
    /// <param name="before">The hosts at the end of the last decision, and its uptime.</param>
    /// <param name="now">The hosts, and the uptime.</param>
    public static int[]? Of((FleetView Fleet, TimeSpan Uptime) before, (FleetView Fleet, TimeSpan Uptime) now)
    {
        if (!now.Fleet.HasNamesOf(before.Fleet))
        {
            return null;
        }

        var changed = new List<int>();
        for (var host = 0; host < now.Fleet.All.Count; host++)
        {
            var (old, node) = (before.Fleet.All[host], now.Fleet.All[host]);
            if (!IsSame(old, node) || !IsHeldAlike((old, before.Uptime), (node, now.Uptime)))
            {
                changed.Add(host);
            }
        }

        return changed.Count > Most ? null : [.. changed];
    }

    private static bool IsSame(NodeView old, NodeView node) =>
        ReferenceEquals(old.Node, node.Node)
        && old.Liveness == node.Liveness
        && old.Tasks.Count == node.Tasks.Count
        && (HasTasksOf(old, node) || old.Memory == node.Memory);

    // A single failure keeps no task away; more of them do for a time, which may be over, and then while the host has a task.
    private static bool IsHeldAlike((NodeView Node, TimeSpan Uptime) old, (NodeView Node, TimeSpan Uptime) now) =>
        (old.Node.Probation is not { Failures: > 1 } && now.Node.Probation is not { Failures: > 1 })
        || (old.Node.Probation == now.Node.Probation && NodeProbations.Holds(old.Node, old.Uptime) == NodeProbations.Holds(now.Node, now.Uptime));

    private static bool HasTasksOf(NodeView old, NodeView node)
    {
        for (var i = 0; i < node.Tasks.Count; i++)
        {
            if (!ReferenceEquals(old.Tasks[i], node.Tasks[i]))
            {
                return false;
            }
        }

        return true;
    }
}
