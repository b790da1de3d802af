using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Fleet;

/// <summary>Measures operator, agents and light hosts through API servers.</summary>
internal static class FleetSuite
{
    private static readonly string[] Servers = [FleetCluster.Dev, FleetCluster.Kube];

    /// <summary>Measures and prints; true when no aim was missed.</summary>
    /// <param name="server">dev, kube, or null for both: without a kube-apiserver, the dev cluster alone.</param>
    /// <param name="asJson">Whether one JSON object is printed at the end, for programs, in the place of a table.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<bool> RunAsync(string? server, bool asJson, TimeProvider time, CancellationToken stop)
    {
        var machine = FleetReport.ThisMachine();
        var rows = new List<FleetRow>();
        if (!asJson)
        {
            Console.WriteLine($"{machine}\n\n{FleetReport.Header}");
        }

        foreach (var name in Servers.Where(s => server is null || s == server))
        {
            if (name == FleetCluster.Kube && !RealParts.KubernetesAssets.IsHere)
            {
                Add(new FleetRow(FleetCluster.NameOf(name), "everything", $"not measured: {RealParts.KubernetesAssets.SkipReason}", "", IsMet: server is null));
                continue;
            }

            foreach (var measurement in MeasurementsOn(name))
            {
                Add(await MeasureAsync(measurement, name, time, stop));
            }
        }

        if (asJson)
        {
            Console.WriteLine(new FleetReport(machine, rows).ToJson());
        }

        return rows.TrueForAll(r => r.IsMet);

        void Add(FleetRow row)
        {
            rows.Add(row);
            if (!asJson)
            {
                Console.WriteLine(row);
            }
        }
    }

    private static IFleetMeasurement[] MeasurementsOn(string server) =>
    [
        new AssignmentRate(),
        new StartDelay(),
        new ShortTasks(),
        IdleOperator.WithTasksThatFitNowhere(),
        IdleOperator.OfLargeFleet(server),
        new LostHost(),
        new PolicyCost(),
    ];

    // What can't be measured costs its own row only.
    private static async Task<FleetRow> MeasureAsync(IFleetMeasurement measurement, string server, TimeProvider time, CancellationToken stop)
    {
        var name = FleetCluster.NameOf(server);
        FleetProgress.Tell($"{name}: {measurement.What}");
        try
        {
            await using var cluster = await FleetCluster.StartAsync(server);
            var result = await measurement.MeasureAsync(cluster, time, stop);
            return new FleetRow(name, measurement.What, result.Measured, measurement.Aim, result.IsMet) { Figures = result.Figures };
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or HttpRequestException or KubernetesException or KubernetesUnreachableException)
        {
            FleetProgress.Tell($"{e.Message}");
            return new FleetRow(name, measurement.What, $"not measured: {e.Message.ReplaceLineEndings("\n").Split('\n')[0]}", measurement.Aim, IsMet: false);
        }
    }
}
