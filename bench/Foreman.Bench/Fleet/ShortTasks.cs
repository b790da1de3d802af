using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench.Fleet;

/// <summary>How many tasks of a millisecond a fleet brings to their end in a second, from the first creation until a watch shows the last of them ended.</summary>
internal sealed class ShortTasks : IFleetMeasurement
{
    private const int Hosts = 20;
    private const int Clients = 8;
    private const int Tasks = 100;
    private const int Rounds = 5;
    private const double Least = 150;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string What => string.Create(CultureInfo.InvariantCulture, $"{Tasks} tasks of a millisecond on {Hosts} hosts with one slot each, created by {Clients} clients");

    public string Aim => string.Create(CultureInfo.InvariantCulture, $"≥ {Least:0} tasks/s");

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await using var hosts = await LightHosts.StartAsync(cluster, new() { Count = Hosts, RunsTasks = true }, time, stop);
        await using var daemon = await OperatorProcess.StartAsync(cluster, time);
        await using var follower = await TaskFollower.StartAsync(cluster, time, stop);
        var clients = Enumerable.Range(0, Clients).Select(_ => new KubernetesClient(cluster.Client.Configuration)).ToArray();
        try
        {
            var rates = new List<double>();

            // The first round warms everything up and does not count.
            for (var round = 0; round <= Rounds; round++)
            {
                await daemon.RestAsync(stop);
                var prefix = string.Create(CultureInfo.InvariantCulture, $"short-{round}");
                var last = follower.SeenAsync(new("tasks ended", Tasks, t => HasSucceeded(t, prefix), Patience), stop);
                var begun = time.GetTimestamp();
                await Task.WhenAll(clients.Select((client, number) => CreateAsync(client, prefix, number, stop)));
                var rate = Tasks / time.GetElapsedTime(begun, await last).TotalSeconds;
                FleetProgress.Tell($"  round {round} of {Rounds}: {rate:0} tasks/s");
                if (round > 0)
                {
                    rates.Add(rate);
                }
            }

            hosts.EnsureAlive();
            var median = FleetResult.Median(rates);
            return new FleetResult(
                string.Create(CultureInfo.InvariantCulture, $"{median:0} tasks/s, median of {Rounds} rounds ({rates.Min():0} to {rates.Max():0})"),
                median >= Least,
                new Dictionary<string, double> { ["tasksPerSecond"] = median, ["leastTasksPerSecond"] = rates.Min(), ["mostTasksPerSecond"] = rates.Max() });
        }
        finally
        {
            foreach (var client in clients)
            {
                client.Dispose();
            }
        }
    }

    private static bool HasSucceeded(AgenticTask task, string prefix) =>
        task.Name().StartsWith(prefix, StringComparison.Ordinal) && task.PhaseOrPending() == TaskPhase.Succeeded;

    // Each client has every eighth task, and creates one after the other.
    private static async Task CreateAsync(KubernetesClient client, string prefix, int first, CancellationToken stop)
    {
        for (var number = first; number < Tasks; number += Clients)
        {
            await client.CreateAsync(FleetCluster.NewTask(FleetCluster.Numbered(prefix, number)), cancellationToken: stop);
        }
    }
}
