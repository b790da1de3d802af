namespace Foreman.Scheduling;

/// <summary>
/// The one place where the fleet's decisions are made: which task goes to which host, which is taken back, which ends,
/// and why the others wait. A pure function: the same snapshot and time give the same plan.
/// </summary>
public static class Scheduler
{
    /// <summary>Decides.</summary>
    /// <param name="snapshot">The cluster as the operator sees it, with what the last decision left.</param>
    /// <param name="now">Time of day for what is written; timers run on <see cref="ClusterSnapshot.Uptime"/>.</param>
    public static Plan Decide(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var ofLeases = new RequeueTimer(snapshot.Uptime);
        var before = LeaseWatch.Observe(snapshot, ofLeases);
        if (before.Settled?.Again(snapshot, before, ofLeases) is { } settled)
        {
            return settled;
        }

        var recalled = Recalled.Of(snapshot);
        var state = before with
        {
            Tasks = TaskWatch.Observe(snapshot, before.Leases, now, recalled),
            Probations = NodeProbations.Observe(snapshot, before, recalled is { IsFollowed: true, Diff: { } diff } ? diff.Changed : snapshot.Tasks, now),
        };
        return Decide(snapshot, state, now, recalled, ofLeases) ?? Decide(snapshot, state, now, recalled with { Kept = null }, ofLeases)
            ?? throw new InvalidOperationException("A decision that recalls nothing is always made.");
    }

    // Null when what was recalled does not hold to the end.
    private static Plan? Decide(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, Recalled recalled, RequeueTimer ofLeases)
    {
        var requeue = new RequeueTimer(snapshot.Uptime);
        var log = new WriteLog(state.Writes, snapshot.Uptime, requeue, state.Trimmed);
        var told = new ExplanationLog(state.Told, snapshot.Uptime);
        var round = new TaskRound(snapshot, state, now, requeue, told, recalled);
        if (!round.TryDecide())
        {
            return null;
        }

        var ofNodes = NodeStatusProjection.Decide(round.Fleet, snapshot.State.Kept?.Fleet, now, log);
        var (cleanUp, deletions) = CleanUpRound.Decide(snapshot, state, round.Fleet, now, requeue);
        log.Trim();
        told.Trim();
        state = state with { Probations = round.ProbationsAfter, Writes = log.Writes, Told = told.After, Trimmed = log.Trimmed, CleanUp = cleanUp };
        Decision[] decisions = [.. round.Decisions, .. ofNodes, .. deletions];
        var settled = round.LeftOut || round.CountsTime ? null : SettledInputs.Of(snapshot, state, requeue.At, decisions.Length);
        requeue.NoLaterThan(ofLeases);
        state = state with { Verdicts = round.Verdicts(), Settled = settled };
        return new Plan
        {
            Decisions = decisions,
            State = state with { Kept = round.Keep(state) },
            RequeueAt = requeue.At,
            LeftOut = round.LeftOut,
            Turns = round.Turns,
            Needs = round.Needs,
            WaitForQuota = round.WaitForQuota,
            QuotaFreesAt = round.QuotaFreesAt,
        };
    }
}
