namespace Foreman.Scheduling;

/// <summary>Which hosts are not what they were when the last decision had been made.</summary>
internal static class HostChanges
{
    // From here on it takes less to explain each class anew.
    private const int Most = 16;

    /// <summary>Their places; null when hosts came or went, or when there are many.</summary>
    /// <param name="before">The hosts at the end of the last decision.</param>
    /// <param name="now">The hosts.</param>
    public static int[]? Of(FleetView before, FleetView now)
    {
        if (!now.HasNamesOf(before))
        {
            return null;
        }

        var changed = new List<int>();
        for (var host = 0; host < now.All.Count; host++)
        {
            if (!IsSame(before.All[host], now.All[host]))
            {
                changed.Add(host);
            }
        }

        return changed.Count > Most ? null : [.. changed];
    }

    // A single failure keeps no task away; more of them do for a time, which may be over.
    private static bool IsSame(NodeView old, NodeView node) =>
        ReferenceEquals(old.Node, node.Node)
        && old.Liveness == node.Liveness
        && old.Tasks.Count == node.Tasks.Count
        && (HasTasksOf(old, node) || old.Memory == node.Memory)
        && old.Probation is not { Failures: > 1 }
        && node.Probation is not { Failures: > 1 };

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
