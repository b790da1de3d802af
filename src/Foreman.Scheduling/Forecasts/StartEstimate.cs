using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>When a waiting task starts, by how long ended runs took: in eight of ten cases between the first time and the last.</summary>
/// <param name="Early">One of ten starts sooner; from now.</param>
/// <param name="Likely">Half start sooner; from now.</param>
/// <param name="Late">One of ten starts later; from now.</param>
/// <param name="Runs">How many ended runs it is drawn from.</param>
public sealed record StartEstimate(TimeSpan Early, TimeSpan Likely, TimeSpan Late, int Runs)
{
    /// <summary>More runs and tasks before one are counted and not played, which would take longer than anybody waits for a command.</summary>
    public const int MostPlayed = 300;

    internal const string NeverStarts = "something before it never starts as things are";
    internal const string TooFar = "by how long ended runs took it would be in more than ten years";

    /// <summary>True when more is before it, or counts for its quotas, than can be played, so that it is counted by classes of tasks and the slots that can do them; the spread is wider then.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>Which part of runs is shorter than those that are played: short, usual and long ones.</summary>
    internal static IReadOnlyList<double> Parts { get; } = [0.1, 0.5, 0.9];

    /// <summary>
    /// When a task starts: the runs under way and the tasks before it are played in virtual time, by the decisions of the operator, with short, usual and long runs.
    /// Quotas are played too, each run with the tokens that it usually takes; while a task waits for its quota those behind it go on. Where very many are before it, they are counted.
    /// </summary>
    /// <param name="cluster">The cluster as <see cref="ObservedCluster"/> makes it of what was read.</param>
    /// <param name="queue">All waiting tasks in their order.</param>
    /// <param name="forecast">One of them that waits.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The estimate, or why there is none: a sentence without its full stop.</returns>
    public static (StartEstimate? Estimate, string? Unknown) Of(
        ClusterSnapshot cluster, IReadOnlyList<TaskForecast> queue, TaskForecast forecast, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Of(cluster, queue, forecast, MostPlayed, now, cancellationToken);

    /// <summary>When a task starts.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="queue">All waiting tasks in their order.</param>
    /// <param name="forecast">One of them.</param>
    /// <param name="most">With more runs and tasks before it these are counted.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static (StartEstimate? Estimate, string? Unknown) Of(
        ClusterSnapshot cluster, IReadOnlyList<TaskForecast> queue, TaskForecast forecast, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (forecast.Outcome != ForecastOutcome.Waits || !WaitsForRuns(forecast))
        {
            return (null, "what it waits for is not a run that ends");
        }

        if (Before(queue, forecast) is not { } before)
        {
            return (null, NeverStarts);
        }

        var running = cluster.Tasks.Where(t => t.HoldsSlot()).ToArray();
        var (lengths, quotas) = (new RunLengths(cluster.Tasks), new PlayedQuotas(cluster, now));
        if (before.Count + running.Length > most)
        {
            return new ApproximateStart(cluster, lengths, quotas, now).Of(running, before, forecast.Task, cancellationToken);
        }

        var behind = Behind(queue, forecast, before, most - before.Count - running.Length);
        AgenticTask[] others = [.. running, .. before, .. behind];
        if (others.FirstOrDefault(t => lengths.Of(t).Count == 0) is { } unmeasured)
        {
            return (null, $"no run of {Described(unmeasured)} has ended yet");
        }

        if (quotas.IsTooMuchFor(others.Length))
        {
            return new ApproximateStart(cluster, lengths, quotas, now).Of(running, before, forecast.Task, cancellationToken);
        }

        var runs = others.Select(RunLengths.KeyOf).Distinct().Sum(k => lengths.Of(k).Count);
        var last = before.Count + behind.Count;
        SimulatedTask Waiting(AgenticTask task, int place, TimeSpan length) => At(quotas.WithBudgetLeft(task), last - place, length) with { Tokens = quotas.TokensOf(task) };
        try
        {
            var starts = Parts
                .Select(part => StartOf(
                    cluster,
                    quotas,
                    forecast.Task,
                    [
                        .. running.Select(t => Running(PlayedQuotas.WithPastEnds(t, now), lengths, part, now) with { Tokens = quotas.TokensOf(t) }),
                        .. before.Select((t, i) => Waiting(t, i, WithinBudget(t, lengths.Part(t, part)))),
                        Waiting(forecast.Task, before.Count, TimeSpan.Zero),
                        .. behind.Select((t, i) => Waiting(t, before.Count + 1 + i, WithinBudget(t, lengths.Part(t, part)))),
                    ],
                    now,
                    cancellationToken))
                .OfType<TimeSpan>().Order().ToArray();
            return starts is [var early, var likely, var late] ? (new(early, likely, late, runs), null) : (null, NeverStarts);
        }
        catch (SimulationTooLongException)
        {
            return (null, TooFar);
        }
    }

    // Quotas are free when runs end, or when the window of ended ones is over.
    private static bool WaitsForRuns(TaskForecast forecast) =>
        forecast.Reason is Reasons.WaitingForCapacity or Reasons.WaitingForDependency or Reasons.ConcurrencyLimit or Reasons.WaitingForQuota;

    // What comes after it in the queue takes no slot that it could use before; what it follows may stand behind it. Null when that never starts.
    private static List<AgenticTask>? Before(IReadOnlyList<TaskForecast> queue, TaskForecast forecast)
    {
        var waiting = queue.ToDictionary(f => ObjectKey.Of(f.Task), f => f);
        var found = queue.TakeWhile(f => f.Position < forecast.Position)
            .Where(f => f.Outcome == ForecastOutcome.Starts || (f.Outcome == ForecastOutcome.Waits && WaitsForRuns(f)))
            .ToDictionary(f => ObjectKey.Of(f.Task), f => f);
        var (open, seen) = (new Queue<AgenticTask>([forecast.Task]), new HashSet<ObjectKey>());
        while (open.TryDequeue(out var task))
        {
            foreach (var upstream in (task.Spec.DependsOn ?? []).Select(name => waiting.GetValueOrDefault(new ObjectKey(task.Namespace(), name))).OfType<TaskForecast>())
            {
                if (upstream.Outcome == ForecastOutcome.Never)
                {
                    return null;
                }

                found.TryAdd(ObjectKey.Of(upstream.Task), upstream);
                if (seen.Add(ObjectKey.Of(upstream.Task)))
                {
                    open.Enqueue(upstream.Task);
                }
            }
        }

        return [.. found.Values.OrderBy(f => f.Position).Select(f => f.Task)];
    }

    // While one waits for its quota, those behind it go on, and may have the slots when there is room. Those that follow others are left out, and the last ones of many.
    private static List<AgenticTask> Behind(IReadOnlyList<TaskForecast> queue, TaskForecast forecast, List<AgenticTask> before, int most)
    {
        var played = before.Select(t => ObjectKey.Of(t)).Append(ObjectKey.Of(forecast.Task)).ToHashSet();
        if (!queue.Any(f => f.Reason == Reasons.WaitingForQuota && played.Contains(ObjectKey.Of(f.Task))))
        {
            return [];
        }

        return
        [
            .. queue.Where(f => f.Position > forecast.Position && f.Reason != Reasons.WaitingForDependency && !played.Contains(ObjectKey.Of(f.Task)))
                .Where(f => f.Outcome == ForecastOutcome.Starts || (f.Outcome == ForecastOutcome.Waits && WaitsForRuns(f)))
                .Select(f => f.Task).Take(most),
        ];
    }

    private static TimeSpan? StartOf(
        ClusterSnapshot cluster, PlayedQuotas quotas, AgenticTask task, IReadOnlyList<SimulatedTask> tasks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        TimeSpan? start = null;
        FleetSimulation.Play(
            new()
            {
                Nodes = cluster.Nodes,
                Tasks = tasks,
                Agents = cluster.Agents,
                InferenceServices = cluster.InferenceServices,
                Quotas = quotas.Quotas,
                Ended = quotas.Ended,
                Settings = cluster.Settings,
                Start = now,
            },
            onStart: run =>
            {
                start = ObjectKey.Of(run.Task) == ObjectKey.Of(task) ? run.StartedAt : null;
                return start is null;
            },
            cancellationToken: cancellationToken);
        return start;
    }

    private static SimulatedTask Running(AgenticTask task, RunLengths lengths, double part, DateTimeOffset now)
    {
        var since = task.RunsSince() is { } begun && begun < now ? now - begun : TimeSpan.Zero;
        return new(TimeSpan.Zero, task, WithinBudget(task, lengths.Left(task, since, part), since)) { RunsOn = task.Status.AssignedNode, HasRun = since };
    }

    // A run that has used its budget ends.
    internal static TimeSpan WithinBudget(AgenticTask task, TimeSpan length, TimeSpan since = default)
    {
        if (task.SecondsLeft() is not { } seconds)
        {
            return length;
        }

        var left = TimeSpan.FromSeconds(Math.Max(0, seconds)) - since;
        return left >= length ? length : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // What queues have had is not played, so each task has its place by a priority of its own.
    private static SimulatedTask At(AgenticTask task, int priority, TimeSpan runs) => new(TimeSpan.Zero, task with { Spec = task.Spec with { Priority = priority } }, runs);

    private static string Described(AgenticTask task) => $"{(task.AgentName() is { } agent ? $"Agent {agent}" : "the built-in Agent")} and kind {task.Spec.Kind} in namespace {task.Namespace()}";
}
