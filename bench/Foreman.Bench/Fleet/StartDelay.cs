using System.Globalization;

namespace Foreman.Bench.Fleet;

/// <summary>How long it takes from the creation of a task until a watch shows it Running on an idle fleet, one task after the other.</summary>
internal sealed class StartDelay : IFleetMeasurement
{
    private const int Agents = 2;
    private const int Tasks = 200;
    private const double MostP50 = 30;
    private const double MostP99 = 150;

    public string What => string.Create(CultureInfo.InvariantCulture, $"create → Running, {Agents} agents in stub mode, {Tasks} tasks one by one");

    public string Aim => string.Create(CultureInfo.InvariantCulture, $"median ≤ {MostP50:0} ms, p99 ≤ {MostP99:0} ms");

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await using var fleet = await FleetUnderTest.StartAsync(cluster.Kubeconfig, cluster.Client, FleetCluster.Space, Agents);
        await using var latency = new Latency(cluster.Client, FleetCluster.Space, time);
        var report = await latency.MeasureAsync("", Tasks, stop);
        var (running, trip) = (report.CreateToRunning!, report.RoundTrip!);
        return new FleetResult(
            string.Create(CultureInfo.InvariantCulture, $"median {running.P50:0.0} ms, p99 {running.P99:0.0} ms (round trip: median {trip.P50:0.0} ms)"),
            running.P50 <= MostP50 && running.P99 <= MostP99,
            new Dictionary<string, double> { ["p50Ms"] = running.P50, ["p99Ms"] = running.P99, ["roundTripP50Ms"] = trip.P50 });
    }
}
