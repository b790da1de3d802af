using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// What a decision looked at that had nothing to decide. While all of it is the same and nothing falls due, there is nothing to decide
/// again: a renewal of a Lease costs a comparison. That a change which comes by time alone asks for its decision is what
/// <see cref="Plan.RequeueAt"/> is for.
/// </summary>
internal sealed class SettledInputs
{
    private static readonly Dictionary<ObjectKey, ObservedWorkload> Empty = [];

    private readonly ClusterSnapshot _snapshot;
    private readonly SchedulerState _state;
    private readonly TimeSpan? _due;

    private SettledInputs(ClusterSnapshot snapshot, SchedulerState state, TimeSpan? due) =>
        (_snapshot, _state, _due) = (snapshot with { State = SchedulerState.Empty }, state, due);

    /// <summary>Null when something was decided, or when the cluster was not wholly known.</summary>
    /// <param name="snapshot">What was looked at.</param>
    /// <param name="state">What was observed of it.</param>
    /// <param name="due">When something else than a Lease falls due; null for never.</param>
    /// <param name="decisions">How many decisions there were.</param>
    public static SettledInputs? Of(ClusterSnapshot snapshot, SchedulerState state, TimeSpan? due, int decisions) =>
        decisions == 0 && snapshot.Unconfirmed.Count == 0 && IsQuiet(state)
            ? new(snapshot, state with { Settled = null, Writes = SchedulerState.Empty.Writes, Told = ToldTasks.None, Trimmed = null, Verdicts = FleetVerdicts.None, Kept = null }, due)
            : null;

    /// <summary>The plan of a decision that has nothing to decide either; null when it must be made.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    /// <param name="observed">The state after the Leases were looked at.</param>
    /// <param name="requeue">When a Lease falls due.</param>
    public Plan? Again(ClusterSnapshot snapshot, SchedulerState observed, RequeueTimer requeue)
    {
        if (snapshot.Uptime >= _due || snapshot.Unconfirmed.Count > 0 || !IsQuiet(observed) || !IsSame(snapshot) || !AreSame(observed, snapshot.Uptime))
        {
            return null;
        }

        var log = new WriteLog(observed.Writes, snapshot.Uptime, requeue, observed.Trimmed);
        log.Trim();
        var told = new ExplanationLog(observed.Told, snapshot.Uptime);
        told.Trim();
        var kept = observed.Kept is { } last && ReferenceEquals(last.Writes, observed.Writes) && ReferenceEquals(last.Told, observed.Told.ByUid)
            ? last with { Writes = log.Writes, Told = told.After.ByUid }
            : observed.Kept;
        if (_due is { } due)
        {
            requeue.NoLaterThan(due);
        }

        return new Plan { State = observed with { Writes = log.Writes, Told = told.After, Trimmed = log.Trimmed, Kept = kept }, RequeueAt = requeue.At };
    }

    private static bool IsQuiet(SchedulerState state) => !state.Disrupted && state.SilentSites.IsEmpty && state.UnreachableSince is null;

    private bool IsSame(ClusterSnapshot snapshot) =>
        AreSame(_snapshot.Nodes, snapshot.Nodes)
        && AreSame(_snapshot.Tasks, snapshot.Tasks)
        && AreSame(_snapshot.Agents, snapshot.Agents)
        && AreEqual(_snapshot.Workloads ?? Empty, snapshot.Workloads ?? Empty)
        && AreEqual(_snapshot.InferenceServices, snapshot.InferenceServices)
        && AreEqual(_snapshot.Holders, snapshot.Holders)
        && AreEqual(_snapshot.InputProblems, snapshot.InputProblems)
        && ReferenceEquals(_snapshot.Quotas, snapshot.Quotas)
        && _snapshot.Settings == snapshot.Settings;

    // Of a Lease only the time of its last renewal may differ, as long as that makes no other host of it.
    private bool AreSame(SchedulerState observed, TimeSpan uptime) =>
        observed.UndisturbedSince == _state.UndisturbedSince
        && (_state.KeptLeases is { } kept && observed.KeptLeases is { } now && ReferenceEquals(kept.Names, now.Names)
            ? now.Observed.Index().All(l => IsSame(kept.Observed[l.Index], l.Item, uptime))
            : observed.Leases.Count == _state.Leases.Count
                && observed.Leases.All(l => _state.Leases.TryGetValue(l.Key, out var before) && IsSame(before, l.Value, uptime)));

    private bool IsSame(ObservedLease before, ObservedLease now, TimeSpan uptime) =>
        now.IsLike(before) && LivenessRules.StateOf(now, uptime, false) == LivenessRules.StateOf(before, _snapshot.Uptime, false);

    /// <summary>True when two lists have the same objects in the same order.</summary>
    /// <typeparam name="T">The objects.</typeparam>
    /// <param name="before">One list.</param>
    /// <param name="now">The other one.</param>
    public static bool AreSame<T>(IReadOnlyList<T> before, IReadOnlyList<T> now)
        where T : class
    {
        if (ReferenceEquals(before, now) || before.Count != now.Count)
        {
            return ReferenceEquals(before, now);
        }

        if (before is T[] old && now is T[] items)
        {
            return NextOther(old, items, 0) == items.Length;
        }

        for (var i = 0; i < now.Count; i++)
        {
            if (!ReferenceEquals(before[i], now[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first place, from one on, that has not the same object in both; their length when there is none. An array is read several times as fast as a list.</summary>
    /// <typeparam name="T">The objects.</typeparam>
    /// <param name="before">One array.</param>
    /// <param name="now">The other one, of the same length.</param>
    /// <param name="first">The first place to look at.</param>
    public static int NextOther<T>(T[] before, T[] now, int first)
        where T : class
    {
        var place = first;
        while (place < now.Length && ReferenceEquals(before[place], now[place]))
        {
            place++;
        }

        return place;
    }

    /// <summary>True when two dictionaries have equal values for the same keys.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="before">One dictionary.</param>
    /// <param name="now">The other one.</param>
    public static bool AreEqual<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> before, IReadOnlyDictionary<TKey, TValue> now)
        where TKey : notnull =>
        before.Count == now.Count && now.All(n => before.TryGetValue(n.Key, out var value) && EqualityComparer<TValue>.Default.Equals(value, n.Value));
}
