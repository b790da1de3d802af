using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Which tasks under way are not judged again, because the last decision left them where they are until a time that has not come, and neither they nor their
/// hosts have changed: of a host's Lease only the time of the last renewal.
/// </summary>
internal sealed class QuietRuns
{
    private readonly KeptRound? _kept;
    private readonly FleetView _fleet;
    private readonly TimeSpan _uptime;
    private readonly TimeSpan? _undisturbedSince;
    private readonly int[] _hosts;
    private readonly TimeSpan[] _until;

    /// <param name="recalled">What of the last decision holds.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="undisturbedSince">Uptime since which holders could write; null while they can't.</param>
    public QuietRuns(Recalled recalled, FleetView fleet, ClusterSnapshot snapshot, TimeSpan? undisturbedSince)
    {
        (_fleet, _uptime, _undisturbedSince) = (fleet, snapshot.Uptime, undisturbedSince);
        _kept = recalled is { IsFollowed: true, Kept: { } kept }
            && ReferenceEquals(recalled.Lists.Underway, kept.Lists.Underway)
            && kept.Runs.UndisturbedSince == undisturbedSince
            && fleet.HasNamesOf(kept.Fleet)
            && SettledInputs.AreEqual(kept.Snapshot.Holders, snapshot.Holders)
                ? kept
                : null;
        _hosts = _kept?.Runs.Hosts ?? HostsOf(recalled.Lists.Underway, fleet);
        _until = new TimeSpan[_hosts.Length];
        Array.Fill(_until, TimeSpan.MinValue);
    }

    /// <summary>What is kept of them for the next decision.</summary>
    public KeptRuns Kept => new(_until, _hosts, _undisturbedSince);

    /// <summary>Uptime until which a task stays where it is, the largest for without end; null when it is to be judged.</summary>
    /// <param name="place">Its place among <see cref="TaskLists.Underway"/>.</param>
    public TimeSpan? StaysUntil(int place)
    {
        if (_kept is not { } kept || _hosts[place] < 0 || kept.Runs.Until[place] <= _uptime)
        {
            return null;
        }

        var (before, node, until) = (kept.Fleet.All[_hosts[place]], _fleet.All[_hosts[place]], kept.Runs.Until[place]);
        if (before.Liveness != node.Liveness || !IsLike(before.Lease, node.Lease))
        {
            return null;
        }

        _until[place] = until;
        return until;
    }

    /// <summary>Notes that a task stays where it is.</summary>
    /// <param name="place">Its place among <see cref="TaskLists.Underway"/>.</param>
    /// <param name="until">Uptime at which it is judged again; null when only a change matters.</param>
    public void Note(int place, TimeSpan? until) => _until[place] = until ?? TimeSpan.MaxValue;

    private static bool IsLike(ObservedLease? before, ObservedLease? now) => ReferenceEquals(before, now) || (before is not null && now?.IsLike(before) == true);

    private static int[] HostsOf(IReadOnlyList<AgenticTask> underway, FleetView fleet)
    {
        var places = fleet.All.Index().ToDictionary(n => n.Item.Name, n => n.Index, StringComparer.Ordinal);
        return [.. underway.Select(t => t.Status.AssignedNode is { } node && places.TryGetValue(node, out var place) ? place : -1)];
    }
}

/// <summary>What a decision found of tasks under way.</summary>
/// <param name="Until">Uptime until which each stays where it is, the least for one that is to be judged each time.</param>
/// <param name="Hosts">Places of their hosts; -1 for one that has none.</param>
/// <param name="UndisturbedSince">Uptime since which holders could write; null while they could not.</param>
internal sealed record KeptRuns(TimeSpan[] Until, int[] Hosts, TimeSpan? UndisturbedSince);
