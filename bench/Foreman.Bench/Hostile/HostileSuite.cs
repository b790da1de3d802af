using System.Globalization;
using System.Text;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Hostile;

/// <summary>One hostile input and what it cost.</summary>
/// <param name="Program">agent or operator.</param>
/// <param name="Input">What it was given.</param>
/// <param name="PeakMB">The most memory that it ever had, in MB (10⁶ bytes); null where the kernel does not tell.</param>
/// <param name="AimMB">The most that it may have.</param>
/// <param name="Took">From the start to the end.</param>
/// <param name="End">What came of it.</param>
/// <param name="Failure">Why the row measures nothing: the program ended, or the input did not do what it is for; else null.</param>
internal sealed record HostileRow(string Program, string Input, double? PeakMB, int AimMB, TimeSpan Took, string End, string? Failure)
{
    public bool Holds => Failure is null && (PeakMB is { } peak ? peak <= AimMB : !OperatingSystem.IsLinux());

    public string Remark => Failure is not null ? " FAILED" : Holds ? "" : PeakMB is null ? " NOT MEASURED" : " TOO MUCH";
}

/// <summary>Gives both programs input that is made to hurt, and prints the most memory that each took.</summary>
internal static class HostileSuite
{
    private const string Space = "foreman-system";

    /// <summary>Measures and prints; true when every input did what it is for, no program ended of it, and none took more than it may.</summary>
    public static async Task<bool> RunAsync(TimeProvider time, CancellationToken stop)
    {
        await using var cluster = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
        var kubeconfig = (await cluster.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await FleetUnderTest.MakeNamespaceAsync(client, Space);
        using var folder = new TempFolder("foreman-bench-");
        var rows = new List<HostileRow>();
        await using (var scheduler = RealProcess.Start(
            ReleasedBinaries.Operator, "--kubeconfig", kubeconfig, "--metrics-bind-address", "0", "--health-probe-bind-address", "0", "--state-dir", folder["operator"]))
        {
            using var agents = new HostileAgents(client, kubeconfig, Space, time);
            rows.AddRange(await agents.MeasureAsync(stop));
            await scheduler.StopAsync();
        }

        using var digests = new HostileDigests(client, kubeconfig, Space, time);
        try
        {
            rows.AddRange(await digests.MeasureAsync(stop));
        }
        finally
        {
            Console.WriteLine(Table(rows));
        }

        return rows.TrueForAll(r => r.Holds);
    }

    private static string Table(IEnumerable<HostileRow> rows)
    {
        var text = new StringBuilder("| program | input | peak | aim | took | ended |\n|---|---|--:|--:|--:|---|\n");
        foreach (var row in rows)
        {
            var peak = row.PeakMB is { } mb ? mb.ToString("0.0", CultureInfo.InvariantCulture) + " MB" : "not known";
            text.Append(CultureInfo.InvariantCulture, $"| {row.Program} | {row.Input} | {peak}{row.Remark} | ≤ {row.AimMB} MB | {row.Took.TotalSeconds:0.0} s | {row.Failure ?? row.End} |\n");
        }

        return text.ToString();
    }
}
