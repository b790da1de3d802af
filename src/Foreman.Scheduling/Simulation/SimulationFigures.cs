using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Waits of tasks, as nearest-rank percentiles.</summary>
/// <param name="Median">Half of them waited no longer.</param>
/// <param name="P90">Nine of ten waited no longer.</param>
/// <param name="P99">99 of 100 waited no longer.</param>
/// <param name="Longest">The longest one.</param>
public readonly record struct WaitFigures(TimeSpan Median, TimeSpan P90, TimeSpan P99, TimeSpan Longest)
{
    /// <summary>Those of some runs; zeros for none.</summary>
    public static WaitFigures Of(IEnumerable<SimulatedRun> runs) => Of(runs.Select(r => r.Wait));

    /// <summary>Those of some waits; zeros for none.</summary>
    public static WaitFigures Of(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] waits = [.. times.Order()];
        TimeSpan At(double share) => waits.Length == 0 ? TimeSpan.Zero : waits[Math.Max(0, (int)Math.Ceiling(share * waits.Length) - 1)];
        return new(At(0.5), At(0.9), At(0.99), At(1));
    }
}

/// <summary>What one host did.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Runs">Runs that it had.</param>
/// <param name="Busy">Share of its slots' time until the end that runs took, from 0 to 1.</param>
/// <param name="Loads">Models that it loaded for a run.</param>
public sealed record HostFigures(string Node, int Runs, double Busy, int Loads);

/// <summary>What became of the tasks of one namespace.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Runs">Runs of its tasks.</param>
/// <param name="Waits">How long they waited.</param>
/// <param name="Slowdown">The mean of (wait + run) / run; 1 when none waited.</param>
public sealed record NamespaceFigures(string Namespace, int Runs, WaitFigures Waits, double Slowdown);

/// <summary>What waited for a quota, of one queue that has one.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Queue">Value of the label; null for the tasks without one.</param>
/// <param name="Runs">Runs of its tasks.</param>
/// <param name="Held">Those of them for which their quota was the reason to wait for some time.</param>
/// <param name="Waits">For how long it was; of those only.</param>
/// <param name="NeverRan">Tasks that never ran for want of it.</param>
public sealed record QuotaWaitFigures(string Namespace, string? Queue, int Runs, int Held, WaitFigures Waits, int NeverRan);

/// <summary>The figures of a simulation.</summary>
public sealed record SimulationFigures
{
    // Of a run of no length every wait would be endless.
    private static readonly TimeSpan ShortestRun = TimeSpan.FromSeconds(1);

    /// <summary>From the first arrival to the last end.</summary>
    public required TimeSpan Makespan { get; init; }

    /// <summary>How long tasks waited.</summary>
    public required WaitFigures Waits { get; init; }

    /// <summary>Each host, also one without a run.</summary>
    public required ImmutableArray<HostFigures> Hosts { get; init; }

    /// <summary>Each namespace with a run.</summary>
    public required ImmutableArray<NamespaceFigures> Namespaces { get; init; }

    /// <summary>Each queue whose tasks count for a quota with limits, and of which a task ran or would have but for it.</summary>
    public required ImmutableArray<QuotaWaitFigures> Quotas { get; init; }

    /// <summary>Jain's index of the slowdowns of the namespaces: 1 when all are slowed down alike, 1/n when one is alone; 1 without any.</summary>
    public required double Fairness { get; init; }

    /// <summary>The figures of a result.</summary>
    /// <param name="input">What was played.</param>
    /// <param name="result">What came of it.</param>
    public static SimulationFigures Of(SimulationInput input, SimulationResult result)
    {
        var first = result.Runs.Count == 0 ? TimeSpan.Zero : result.Runs.Min(r => r.ArrivedAt);
        var makespan = result.Runs.Count == 0 ? TimeSpan.Zero : result.Runs.Max(r => r.EndedAt) - first;
        var byNode = result.Runs.ToLookup(r => r.Node, StringComparer.Ordinal);
        ImmutableArray<NamespaceFigures> spaces =
        [
            .. result.Runs.GroupBy(r => r.Task.Namespace() ?? "", StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new NamespaceFigures(g.Key, g.Count(), WaitFigures.Of(g), g.Average(Slowdown))),
        ];
        return new()
        {
            Makespan = makespan,
            Waits = WaitFigures.Of(result.Runs),
            Hosts = [.. input.Nodes.OrderBy(n => n.Name(), StringComparer.Ordinal).Select(n => Host(n, [.. byNode[n.Name()]], makespan))],
            Namespaces = spaces,
            Quotas = OfQuotas(input.Quotas, result),
            Fairness = Jain([.. spaces.Select(s => s.Slowdown)]),
        };
    }

    private static ImmutableArray<QuotaWaitFigures> OfQuotas(QuotaSet quotas, SimulationResult result)
    {
        var runs = result.Runs.ToLookup(r => QueueKey.Of(r.Task));
        var never = result.NotRun.Where(t => t.Reason == Reasons.WaitingForQuota).ToLookup(t => QueueKey.Of(t.Task));
        return
        [
            .. runs.Select(g => g.Key).Union(never.Select(g => g.Key)).Where(q => quotas.All.Any(limit => limit.HasLimit && limit.Covers(q, limit.Role)))
                .OrderBy(q => q.Namespace, StringComparer.Ordinal).ThenBy(q => q.Name, StringComparer.Ordinal)
                .Select(q => OfQueue(q, [.. runs[q]], never[q].Count())),
        ];
    }

    private static QuotaWaitFigures OfQueue(QueueKey queue, SimulatedRun[] runs, int neverRan)
    {
        TimeSpan[] waits = [.. runs.Select(r => r.QuotaWait).Where(w => w > TimeSpan.Zero)];
        return new(queue.Namespace, queue.Name, runs.Length, waits.Length, WaitFigures.Of(waits), neverRan);
    }

    private static HostFigures Host(FleetNode node, SimulatedRun[] runs, TimeSpan makespan)
    {
        var time = makespan.TotalSeconds * (node.Status?.Slots ?? 1);
        return new(node.Name(), runs.Length, time > 0 ? runs.Sum(r => (r.EndedAt - r.StartedAt).TotalSeconds) / time : 0, runs.Count(r => r.LoadedModel));
    }

    private static double Slowdown(SimulatedRun run)
    {
        var length = run.EndedAt - run.StartedAt;
        length = length < ShortestRun ? ShortestRun : length;
        return (run.Wait.TotalSeconds + length.TotalSeconds) / length.TotalSeconds;
    }

    private static double Jain(double[] values) =>
        values.Length == 0 ? 1 : values.Sum() * values.Sum() / (values.Length * values.Sum(v => v * v));
}
