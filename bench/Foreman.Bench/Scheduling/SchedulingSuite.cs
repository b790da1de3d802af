using System.Globalization;
using Foreman.Bench.Loop;
using Foreman.Scheduling;
using Foreman.Scheduling.Tests.Properties;

namespace Foreman.Bench.Scheduling;

/// <summary>Measures the scheduler in memory, on one core, against the one without indexes that its tests hold it against.</summary>
internal static class SchedulingSuite
{
    private const int Rounds = 7;
    private const double LeastPerSecond = 50_000;
    private const double MostBytes = 2000;
    private const int ManyTasks = 50_000;

    // With so many tasks, after one host has changed.
    private const double MostMilliseconds = 1;

    // With so many tasks: after a start, and where all of them are told why they wait.
    private const double MostStartMilliseconds = 2000;
    private const double MostExplainMilliseconds = 1000;

    // A task's part of a decision after a start, on the largest fleet against the smallest.
    private const double MostGrowth = 1.5;

    // Rounds in which a fleet comes to rest at the latest.
    private const int MostToSettle = 200;

    // What the scheduler without indexes is given: it looks at each pair of a host and a task.
    private const int MostPairs = 200_000;

    private static readonly (int Hosts, int Tasks, int Queues)[] Fleets = [(100, 1000, 1), (1000, 2000, 1), (100, ManyTasks, 1), (1000, ManyTasks, 1), (1000, ManyTasks, 50), (5000, ManyTasks, 1)];

    /// <summary>Measures and prints; true when no aim was missed.</summary>
    public static bool Run(TimeProvider time)
    {
        Console.WriteLine("| Scheduling | measured | aim |\n|---|---|---|");
        var isMet = true;
        var starts = new Dictionary<int, double>();
        foreach (var (hosts, tasks, queues) in Fleets)
        {
            foreach (var row in Measure(hosts, tasks, queues, time, starts))
            {
                Add(row);
            }
        }

        var growth = starts[5000] / starts[100];
        Add(new(
            string.Create(CultureInfo.InvariantCulture, $"{ManyTasks:N0} waiting: a decision after a start with 5,000 hosts against 100"),
            string.Create(CultureInfo.InvariantCulture, $"{growth:0.00} times as long"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {MostGrowth} times"),
            growth <= MostGrowth));
        return isMet;

        void Add(LoopRow row)
        {
            Console.WriteLine(row);
            isMet &= row.IsMet;
        }
    }

    private static IEnumerable<LoopRow> Measure(int hosts, int tasks, int queues, TimeProvider time, Dictionary<int, double> starts)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{hosts:N0} hosts, {tasks:N0} waiting{(queues > 1 ? $" in {queues} queues" : "")}");
        var cluster = WaitingQueue.Of(hosts, tasks, queues);
        Scheduler.Decide(cluster, WaitingQueue.Now);
        var first = Enumerable.Range(0, Rounds).Select(_ => Once(cluster, Scheduler.Decide, time)).ToArray();
        yield return Row($"{name}: a decision after a start", first, tasks, tasks >= ManyTasks ? MostStartMilliseconds : null);
        if (tasks >= ManyTasks && queues == 1)
        {
            starts[hosts] = Percentiles.Of(first.Select(f => f.Time)).P50;
        }

        var part = Math.Clamp(MostPairs / hosts, 1, tasks);
        var old = Once(cluster with { Tasks = [.. cluster.Tasks.Take(part)] }, ReferenceScheduler.Decide, time);
        var (before, after) = (old.Time.TotalMilliseconds / part, Percentiles.Of(first.Select(f => f.Time)).P50 / tasks);
        yield return new(
            string.Create(CultureInfo.InvariantCulture, $"{name}: the same without indexes, about {part:N0} of the tasks"),
            string.Create(CultureInfo.InvariantCulture, $"{before * 1000:N0} µs a task against {after * 1000:0.0} µs: {before / after:N0} times as long"),
            "");

        var settled = Settled(cluster);
        var mostOfOneChange = tasks >= ManyTasks ? MostMilliseconds : (double?)null;
        yield return Row($"{name}: again, one Lease renewed", Repeat(settled, WaitingQueue.Renewed, time), tasks, null, isSteady: true);
        yield return Row($"{name}: again, one host changed", Repeat(settled, WaitingQueue.Changed, time), tasks, mostOfOneChange, isSteady: true);
        yield return Row($"{name}: again, one slot free, which a task gets", Free(settled, time), tasks, null, isSteady: true);

        var nowhere = WaitingQueue.WithoutModels(cluster);
        var explained = Enumerable.Range(0, Rounds).Select(_ => Once(nowhere, Scheduler.Decide, time)).ToArray();
        yield return explained.Min(e => e.Plan.Decisions.OfType<ExplainTask>().Count()) is var least && least == tasks
            ? Row($"{name}: all are told that no host has their model", explained, tasks, tasks >= ManyTasks ? MostExplainMilliseconds : null)
            : LoopRow.NotMeasured($"{name}: all are told that no host has their model", string.Create(CultureInfo.InvariantCulture, $"only {least:N0} were told something"), "all");
    }

    // Until every task that fits is assigned and the others are told why they wait, and what was decided last has been looked at.
    private static ClusterSnapshot Settled(ClusterSnapshot cluster)
    {
        for (var i = 0; i < MostToSettle; i++)
        {
            var plan = Scheduler.Decide(cluster, WaitingQueue.Now);
            cluster = WaitingQueue.After(cluster, plan);
            if (i >= 4 && plan.Decisions.Count == 0)
            {
                break;
            }
        }

        return cluster;
    }

    private static Sample[] Repeat(ClusterSnapshot cluster, Func<ClusterSnapshot, int, ClusterSnapshot> change, TimeProvider time)
    {
        var samples = new List<Sample>();
        for (var i = 1; i <= Rounds; i++)
        {
            var changed = change(cluster, i);
            samples.Add(Once(changed, Scheduler.Decide, time));

            // What was decided has arrived by the next one.
            cluster = samples[^1].Plan.Decisions.Count == 0 ? changed with { State = samples[^1].Plan.State } : WaitingQueue.After(changed, samples[^1].Plan);
        }

        return [.. samples];
    }

    private static Sample[] Free(ClusterSnapshot cluster, TimeProvider time)
    {
        var samples = new List<Sample>();
        for (var i = 1; i <= Rounds; i++)
        {
            cluster = WaitingQueue.Freed(cluster);
            samples.Add(Once(cluster, Scheduler.Decide, time));
            cluster = WaitingQueue.After(cluster, samples[^1].Plan);
        }

        return [.. samples];
    }

    private static Sample Once(ClusterSnapshot cluster, Func<ClusterSnapshot, DateTimeOffset, Plan> decide, TimeProvider time)
    {
        GC.Collect();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var begun = time.GetTimestamp();
        var plan = decide(cluster, WaitingQueue.Now);
        return new(time.GetElapsedTime(begun), GC.GetAllocatedBytesForCurrentThread() - bytes, plan);
    }

    private static LoopRow Row(string what, IReadOnlyCollection<Sample> samples, int tasks, double? mostMilliseconds, bool isSteady = false)
    {
        var p = Percentiles.Of(samples.Select(s => s.Time));
        var bytes = (double)samples.Min(s => s.Bytes);
        var perSecond = tasks / (p.P50 / 1000);
        return new(
            what,
            string.Create(CultureInfo.InvariantCulture, $"median {p.P50:0.00} ms, {perSecond:N0} tasks/s, {bytes / 1000:N0} kB, {bytes / tasks:N0} B a task"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"≥ {LeastPerSecond:N0} tasks/s{(isSteady ? $", ≤ {MostBytes:N0} B a task" : "")}{(mostMilliseconds is { } most ? $", ≤ {most:N0} ms" : "")}"),
            perSecond >= LeastPerSecond && (!isSteady || bytes / tasks <= MostBytes) && (mostMilliseconds is null || p.P50 <= mostMilliseconds));
    }

    private sealed record Sample(TimeSpan Time, long Bytes, Plan Plan);
}
