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

        var requeue = new RequeueTimer(snapshot.Uptime);
        var state = before with
        {
            Tasks = TaskWatch.Observe(snapshot, before.Leases, now),
            Probations = NodeProbations.Reset(before.Probations, snapshot, before),
        };
        var log = new WriteLog(state.Writes, snapshot.Uptime, requeue);
        var round = new TaskRound(snapshot, state, now, requeue, log);
        var ofTasks = round.Decide();
        var ofNodes = round.Fleet.All.Select(n => NodeStatusProjection.Decide(n, now, log)).OfType<Decision>().ToArray();
        var (cleanUp, deletions) = CleanUpRound.Decide(snapshot, state, round.Fleet, now, requeue);
        log.Trim();
        state = state with { Probations = round.ProbationsAfter, Writes = log.Writes, Verdicts = round.Verdicts, CleanUp = cleanUp };
        var settledNow = round.LeftOut ? null : SettledInputs.Of(snapshot, state, requeue.At, ofTasks.Count + ofNodes.Length + deletions.Count);
        requeue.NoLaterThan(ofLeases);
        return new Plan
        {
            Decisions = [.. ofTasks, .. ofNodes, .. deletions],
            State = state with { Settled = settledNow },
            RequeueAt = requeue.At,
            Turns = round.Turns,
            WaitForQuota = round.WaitForQuota,
            QuotaFreesAt = round.QuotaFreesAt,
        };
    }
}
