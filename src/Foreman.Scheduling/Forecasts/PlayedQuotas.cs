using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>What a <see cref="StartEstimate"/> plays of weights and quotas: what has been used of them, and what the runs that it plays will have used.</summary>
internal sealed class PlayedQuotas
{
    // Ended tasks that count, times the runs and tasks that are played: more takes longer than anybody waits for a command.
    private const long MostWork = 1_000_000;

    private readonly UsualUse? _usual;
    private readonly DateTimeOffset _now;
    private readonly int _counting;

    /// <param name="cluster">The cluster.</param>
    /// <param name="now">Time of day.</param>
    public PlayedQuotas(ClusterSnapshot cluster, DateTimeOffset now)
    {
        _now = now;
        if (!cluster.Quotas.HasLimits)
        {
            return;
        }

        Quotas = cluster.Quotas;
        _usual = new(cluster.Tasks, cluster.Settings.FairShare);
        var spaces = cluster.Quotas.All.Where(q => q.HasWindow).Select(q => q.Namespace).ToHashSet(StringComparer.Ordinal);
        Ended = [.. cluster.Tasks.Where(t => !t.HoldsSlot() && (spaces.Contains(null) || spaces.Contains(t.Namespace() ?? ""))).Select(t => WithPastEnds(t, now))];
        var since = now - new EndedTasks(Quotas, cluster.Settings.FairShare).Horizon;
        _counting = Ended.Count(t => SlotUse.Ended(t).Any(e => e.EndedAt > since));
    }

    /// <summary>The quotas; none where nothing is limited, since weights play no part when each task has its place.</summary>
    public QuotaSet Quotas { get; } = QuotaSet.None;

    /// <summary>Tasks without a slot whose ended attempts may count for the windows of quotas.</summary>
    public IReadOnlyList<AgenticTask> Ended { get; } = [];

    /// <summary>A task whose ended attempts ended by now, whatever the clocks of their hosts say: in virtual time the ends would come, and until then no window would be rid of them.</summary>
    /// <param name="task">The task.</param>
    /// <param name="now">Time of day.</param>
    public static AgenticTask WithPastEnds(AgenticTask task, DateTimeOffset now)
    {
        var isPast = !task.Status.Attempts.Any(a => a.EndedAt > now) && !(task.Status.FinishedAt > now);
        return isPast ? task : task with
        {
            Status = task.Status with
            {
                FinishedAt = task.Status.FinishedAt > now ? now : task.Status.FinishedAt,
                Attempts = [.. task.Status.Attempts.Select(a => WithPastEnd(task, a, now))],
            },
        };
    }

    /// <summary>True when too many ended tasks count for so many runs and tasks to be played.</summary>
    /// <param name="played">How many.</param>
    public bool IsTooMuchFor(int played) => (long)_counting * (played + 1) > MostWork;

    /// <summary>The tokens that a run is taken to use: what it usually is, within its budget; what it has used so far, where that is more.</summary>
    /// <param name="task">A task that waits or holds a slot.</param>
    public RunTokens TokensOf(AgenticTask task) =>
        _usual is null ? default : RunTokens.Of(task.HoldsSlot() ? _usual.Expected(task).AtLeast(SlotUse.SoFar(task, _now)) : _usual.Expected(task));

    /// <summary>A waiting task with what its earlier attempts leave of its budget: it is played without them.</summary>
    /// <param name="task">The task.</param>
    public AgenticTask WithBudgetLeft(AgenticTask task)
    {
        if (_usual is null || task.Spec.Budget is not { } budget || task.Status.Attempts.Count == 0)
        {
            return task;
        }

        return task with
        {
            Spec = task.Spec with
            {
                Budget = budget with
                {
                    Tokens = budget.Tokens is { } tokens ? Math.Max(1, tokens - UsualUse.SpentBy(task).Tokens) : null,
                    Seconds = task.SecondsLeft() is { } seconds ? (int)Math.Max(1, seconds) : null,
                },
            },
        };
    }

    private static TaskAttempt WithPastEnd(AgenticTask task, TaskAttempt attempt, DateTimeOffset now)
    {
        if (attempt.EndedAt is not { } noted || noted <= now)
        {
            return attempt;
        }

        var use = SlotUse.Ended(task with { Status = task.Status with { Attempts = [attempt] } }).Select(static e => e.Use).FirstOrDefault();
        var end = SlotUse.EndOf(task, noted, use, now);
        return attempt with { StartedAt = attempt.StartedAt?.ToUniversalTime() is { } start ? start.AddTicks(-Math.Min((noted - end).Ticks, start.Ticks)) : null, EndedAt = end };
    }
}
