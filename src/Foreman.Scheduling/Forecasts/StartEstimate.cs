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
    /// <summary>More tasks before one are not played: it would take longer than anybody waits for a command.</summary>
    public const int MostPlayed = 300;

    private static readonly double[] Parts = [0.1, 0.5, 0.9];

    /// <summary>
    /// When a task starts: the runs under way and the tasks before it are played in virtual time, by the decisions of the operator, with short, usual and long runs.
    /// </summary>
    /// <param name="cluster">The cluster as <see cref="ObservedCluster"/> makes it of what was read.</param>
    /// <param name="queue">All waiting tasks in their order.</param>
    /// <param name="forecast">One of them that waits.</param>
    /// <param name="now">Time of day.</param>
    /// <returns>The estimate, or why there is none: a sentence without its full stop.</returns>
    public static (StartEstimate? Estimate, string? Unknown) Of(ClusterSnapshot cluster, IReadOnlyList<TaskForecast> queue, TaskForecast forecast, DateTimeOffset now)
    {
        if (forecast.Outcome != ForecastOutcome.Waits || forecast.Reason is not (Reasons.WaitingForCapacity or Reasons.WaitingForDependency or Reasons.ConcurrencyLimit))
        {
            return (null, "what it waits for is not a run that ends");
        }

        var before = Before(queue, forecast);
        if (before.Count > MostPlayed)
        {
            return (null, $"more than {MostPlayed} tasks are before it");
        }

        var running = cluster.Tasks.Where(t => t.HoldsSlot()).ToArray();
        var lengths = new RunLengths(cluster.Tasks);
        if (running.Concat(before).FirstOrDefault(t => lengths.Of(t).IsEmpty) is { } unmeasured)
        {
            return (null, $"no run of {Described(unmeasured)} has ended yet");
        }

        var runs = running.Concat(before).Select(RunLengths.KeyOf).Distinct().Sum(k => lengths.Of(k).Length);
        var starts = Parts
            .Select(part => StartOf(cluster, forecast.Task, [.. running.Select(t => Running(t, lengths, part, now)), .. before.Select(t => Waiting(t, lengths, part, now))], now))
            .OfType<TimeSpan>().Order().ToArray();
        return starts is [var early, var likely, var late]
            ? (new(early, likely, late, runs), null)
            : (null, "something before it never starts as things are");
    }

    // What comes after it in the queue takes no slot before it that it could use; what it follows may stand behind it.
    private static List<AgenticTask> Before(IReadOnlyList<TaskForecast> queue, TaskForecast forecast)
    {
        var waiting = queue.Where(f => f.Outcome != ForecastOutcome.Never).ToDictionary(f => ObjectKey.Of(f.Task), f => f);
        var found = queue.TakeWhile(f => f.Position < forecast.Position).Where(f => f.Outcome != ForecastOutcome.Never).Select(f => f.Task).ToList();
        var keys = found.Select(t => ObjectKey.Of(t)).Append(ObjectKey.Of(forecast.Task)).ToHashSet();
        var open = new Queue<AgenticTask>([.. found, forecast.Task]);
        while (open.TryDequeue(out var task))
        {
            foreach (var name in task.Spec.DependsOn ?? [])
            {
                if (waiting.TryGetValue(new ObjectKey(task.Namespace(), name), out var upstream) && keys.Add(ObjectKey.Of(upstream.Task)))
                {
                    found.Add(upstream.Task);
                    open.Enqueue(upstream.Task);
                }
            }
        }

        return found;
    }

    private static TimeSpan? StartOf(ClusterSnapshot cluster, AgenticTask task, IReadOnlyList<SimulatedTask> others, DateTimeOffset now)
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = cluster.Nodes,
            Tasks = [.. others, new(TimeSpan.Zero, task, TimeSpan.FromSeconds(1), QueuedAt: QueuedAt(task, now))],
            Agents = cluster.Agents,
            InferenceServices = cluster.InferenceServices,
            Settings = cluster.Settings,
            Start = now,
        });
        return result.Runs.FirstOrDefault(r => ObjectKey.Of(r.Task) == ObjectKey.Of(task))?.StartedAt;
    }

    private static SimulatedTask Running(AgenticTask task, RunLengths lengths, double part, DateTimeOffset now)
    {
        var since = task.Status.Claim?.AcquiredAt is { } begun && begun < now ? now - begun : TimeSpan.Zero;
        return new(TimeSpan.Zero, task, lengths.Left(task, since, part)) { RunsOn = task.Status.AssignedNode };
    }

    private static SimulatedTask Waiting(AgenticTask task, RunLengths lengths, double part, DateTimeOffset now) =>
        new(TimeSpan.Zero, task, lengths.Part(task, part), QueuedAt: QueuedAt(task, now));

    private static TimeSpan? QueuedAt(AgenticTask task, DateTimeOffset now) => new QueueEntry(task).Since is var since && since < now ? since - now : null;

    private static string Described(AgenticTask task) => $"{(task.AgentName() is { } agent ? $"Agent {agent}" : "the built-in Agent")} and kind {task.Spec.Kind} in namespace {task.Namespace()}";
}
