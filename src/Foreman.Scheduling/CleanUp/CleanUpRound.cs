namespace Foreman.Scheduling;

/// <summary>
/// Which objects are deleted because their time is over. Times count on the operator's own clock; while hosts or the API server are not
/// heard of, and for a moment after that, no FleetNode is deleted.
/// </summary>
internal static class CleanUpRound
{
    /// <summary>A deletion that was not seen after this long is decided again: it may have been refused, or come too late.</summary>
    public static TimeSpan AskAgainAfter { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Decides.</summary>
    /// <param name="snapshot">What there is.</param>
    /// <param name="state">What was observed of it in this round.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="requeue">When something falls due.</param>
    public static (CleanUpState After, IReadOnlyList<Decision> Decisions) Decide(
        ClusterSnapshot snapshot, SchedulerState state, FleetView fleet, DateTimeOffset now, RequeueTimer requeue)
    {
        var settings = snapshot.Settings.CleanUp;
        if (settings is { FinishedTasks: null, LeftNodes: null, DeadNodes: null })
        {
            return (CleanUpState.Empty, []);
        }

        var (nodes, ofNodes) = NodeCleanUp.Decide(snapshot, state, fleet, requeue);
        if (settings.FinishedTasks is not { } ttl)
        {
            return (new() { Nodes = nodes }, ofNodes);
        }

        var (tasks, ofTasks) = new TaskCleanUp(snapshot, state, now, requeue).Decide(ttl);
        return (tasks with { Nodes = nodes }, [.. ofNodes, .. ofTasks]);
    }

    /// <summary>True when a deletion is due now; else asks for a decision when it is.</summary>
    /// <param name="due">When its time is over.</param>
    /// <param name="askedAt">When it was last decided.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="requeue">When something falls due.</param>
    public static bool IsDue(TimeSpan due, TimeSpan? askedAt, TimeSpan uptime, RequeueTimer requeue)
    {
        var at = askedAt is { } asked && asked + AskAgainAfter > due ? asked + AskAgainAfter : due;
        if (at <= uptime)
        {
            return true;
        }

        requeue.NoLaterThan(at);
        return false;
    }
}
