namespace Foreman.Scheduling;

/// <summary>
/// The one place where the fleet's decisions are made: which task goes to which host, which is taken back, which ends,
/// and what is said about the ones that wait. A pure function: the same snapshot and time give the same plan.
/// </summary>
public static class Scheduler
{
    /// <summary>Decides.</summary>
    /// <param name="snapshot">The cluster as the operator sees it, with what the last decision remembered.</param>
    /// <param name="now">Time of day for what is written; timers run on <see cref="ClusterSnapshot.Uptime"/>.</param>
    public static Plan Decide(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var requeue = new RequeueTimer(snapshot.Uptime);
        var before = LeaseWatch.Observe(snapshot, requeue);
        var state = before with
        {
            Tasks = TaskWatch.Observe(snapshot),
            Probations = NodeProbations.Reset(before.Probations, snapshot, before),
        };
        var log = new WriteLog(state.Writes, snapshot.Uptime, requeue);
        var round = new TaskRound(snapshot, state, now, requeue, log);
        var tasks = round.Decide();
        var statuses = StatusProjections.Decide(new ProjectionInput(snapshot, state, round.Fleet, now), log);
        log.Trim();
        return new Plan
        {
            Tasks = tasks,
            Statuses = statuses,
            State = state with { Probations = round.ProbationsAfter, Writes = log.Writes },
            RequeueAt = requeue.At,
        };
    }
}
