using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Metrics;

/// <summary>What the operator measures. No task is named in a label.</summary>
internal static class OperatorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Foreman.Operator";

    private static readonly double[] Seconds = [.. Enumerable.Range(0, 12).Select(i => Math.Pow(2, i))];
    private static readonly double[] Turns = [.. Enumerable.Range(0, 10).Select(i => Math.Pow(2, i))];
    private static readonly double[] Fast = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Completed = Meter.CreateCounter<long>("foreman_task_completed_total", null, "Tasks that ended.");
    private static readonly Histogram<double> Duration = Histogram("foreman_task_duration_seconds", "Seconds from a task's first claim to its end.", Seconds);
    private static readonly Histogram<double> TurnCount = Histogram("foreman_task_turns", "Answers of the model per task.", Turns);
    private static readonly Histogram<double> DecideSeconds = Histogram("foreman_scheduler_decision_seconds", "Seconds that one decision took.", Fast);
    private static readonly ConcurrentDictionary<string, long> TaskPhases = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, long> NodePhases = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<ObjectKey, bool> StalledCleanUps = new();

    static OperatorMetrics()
    {
        Meter.CreateObservableGauge("foreman_userdeployment_cleanups_stalled", () => (long)StalledCleanUps.Count, null, "UserDeployments whose objects are still there 10 minutes after their deletion was asked for.");
        Meter.CreateObservableGauge("foreman_tasks", () => Levels(TaskPhases), null, "Tasks by phase.");
        Meter.CreateObservableGauge("foreman_fleetnodes", () => Levels(NodePhases), null, "Hosts by phase.");
    }

    /// <summary>A decision was made.</summary>
    public static void Decided(TimeSpan took, ClusterSnapshot snapshot)
    {
        DecideSeconds.Record(took.TotalSeconds);
        Set(TaskPhases, snapshot.Tasks.Select(t => t.PhaseOrPending().Value), TaskPhase.Known.Select(p => p.Value));
        Set(NodePhases, snapshot.Nodes.Select(n => n.Status?.Phase?.Value ?? FleetNodePhase.Unknown.Value), FleetNodePhase.Known.Select(p => p.Value));
    }

    /// <summary>A task has ended.</summary>
    public static void Ended(AgenticTask task)
    {
        var agent = Label("agent", task.AgentName() ?? BuiltInAgent.Name);
        var kind = Label("kind", task.Spec.Kind.Value);
        var verdict = Label("verdict", task.Status.Verdict?.Value);
        Completed.Add(1, agent, kind, verdict, Label("outcome", Outcome(task)));
        if ((task.Status.FinishedAt - task.Status.StartedAt)?.TotalSeconds is { } seconds and >= 0)
        {
            Duration.Record(seconds, agent, kind, verdict);
        }

        if (task.Status.Usage?.Turns is { } turns)
        {
            TurnCount.Record(turns, agent, kind);
        }
    }

    /// <summary>The clean-up of a UserDeployment goes on, or has ended.</summary>
    /// <param name="deployment">The UserDeployment.</param>
    /// <param name="isStalled">Whether it has taken 10 minutes.</param>
    public static void CleanUpOf(ObjectKey deployment, bool isStalled)
    {
        if (isStalled)
        {
            StalledCleanUps[deployment] = true;
        }
        else
        {
            StalledCleanUps.TryRemove(deployment, out _);
        }
    }

    private static string? Outcome(AgenticTask task) =>
        ResultFields.NonEmpty((task.Status.Result?["extra"] as System.Text.Json.Nodes.JsonObject)?["outcome"]) ?? task.Status.FailureReason?.Value;

    private static KeyValuePair<string, object?> Label(string name, string? value) => new(name, value ?? "");

    private static void Set(ConcurrentDictionary<string, long> levels, IEnumerable<string> there, IEnumerable<string> known)
    {
        var counts = there.CountBy(p => p).ToDictionary();
        foreach (var phase in known.Concat(counts.Keys).ToHashSet(StringComparer.Ordinal))
        {
            levels[phase] = counts.GetValueOrDefault(phase);
        }
    }

    private static IEnumerable<Measurement<long>> Levels(ConcurrentDictionary<string, long> levels) =>
        levels.Select(l => new Measurement<long>(l.Value, Label("phase", l.Key)));

    private static Histogram<double> Histogram(string name, string help, double[] buckets) =>
        Meter.CreateHistogram(name, null, help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
