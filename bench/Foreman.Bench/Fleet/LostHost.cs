using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench.Fleet;

/// <summary>How long it takes from kill -9 of an agent until its task is Running on another host.</summary>
internal sealed class LostHost : IFleetMeasurement
{
    // One more than are killed, as a killed one stays away.
    private const int Agents = Rounds + 1;
    private const int Rounds = 3;
    private const double MostSeconds = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string What => "kill -9 of a host's agent → its task is Running elsewhere";

    public string Aim => string.Create(CultureInfo.InvariantCulture, $"≤ {MostSeconds:0} s, each time");

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await using var fleet = await FleetUnderTest.StartAsync(cluster.Kubeconfig, cluster.Client, FleetCluster.Space, Agents, stubSleep: "30m");
        await using var follower = await TaskFollower.StartAsync(cluster, time, stop);
        var seconds = new List<double>();
        for (var round = 1; round <= Rounds; round++)
        {
            var name = FleetCluster.Numbered("lost", round);
            await cluster.Client.CreateAsync(FleetCluster.NewTask(name), cancellationToken: stop);
            await follower.SeenAsync(new("tasks Running", 1, t => IsRunning(t, name), Patience), stop);
            var host = follower.Tasks.First(t => t.Name() == name).Status.AssignedNode!;
            var elsewhere = follower.SeenAsync(new("tasks Running elsewhere", 1, t => IsRunning(t, name) && t.Status.AssignedNode != host, Patience), stop);
            var begun = time.GetTimestamp();
            fleet.Kill(host);
            seconds.Add(time.GetElapsedTime(begun, await elsewhere).TotalSeconds);
            FleetProgress.Tell($"  round {round} of {Rounds}: {seconds[^1]:0.0} s");

            // So that no host that is left has something to do.
            await cluster.Client.TryDeleteAsync<AgenticTask>(name, FleetCluster.Space, cancellationToken: stop);
        }

        return new FleetResult(
            string.Create(CultureInfo.InvariantCulture, $"median {FleetResult.Median(seconds):0.0} s, longest {seconds.Max():0.0} s of {Rounds}"),
            seconds.Max() <= MostSeconds,
            new Dictionary<string, double> { ["medianSeconds"] = FleetResult.Median(seconds), ["longestSeconds"] = seconds.Max() });
    }

    private static bool IsRunning(AgenticTask task, string name) => task.Name() == name && task.PhaseOrPending() == TaskPhase.Running;
}
