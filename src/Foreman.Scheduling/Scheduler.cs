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
        var wake = new Wake(snapshot.Uptime);
        var before = LeaseWatch.Observe(snapshot, wake);
        var memory = before with
        {
            Tasks = TaskWatch.Observe(snapshot),
            Trials = Trials.Forgive(before.Trials, snapshot, before),
        };
        var log = new WriteLog(memory.Writes, snapshot.Uptime, wake);
        var round = new TaskRound(snapshot, memory, now, wake, log);
        var tasks = round.Decide();
        var statuses = Mirrors.Decide(new MirrorView(snapshot, memory, round.Fleet, now), log);
        log.Trim();
        return new Plan
        {
            Tasks = tasks,
            Statuses = statuses,
            Memory = memory with { Trials = round.TrialsAfter, Writes = log.Writes },
            WakeAt = wake.At,
        };
    }
}
