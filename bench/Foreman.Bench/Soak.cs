using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench;

/// <summary>A fleet at work for a while: neither memory nor open files of any of its processes may go on growing.</summary>
internal static class Soak
{
    private const string Space = "bench";
    private const double Growth = 1.10;
    private const double SlackMB = 2;
    private const int SlackFiles = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs tasks one after the other; true when nothing grew between the second and the last third of the time.</summary>
    public static async Task<bool> RunAsync(TimeSpan length, int agents, TimeProvider time, CancellationToken stop)
    {
        await using var cluster = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
        var kubeconfig = (await cluster.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await FleetUnderTest.MakeNamespaceAsync(client, Space);
        await using var fleet = await FleetUnderTest.StartAsync(kubeconfig, client, Space, agents);
        var samples = new List<(TimeSpan At, string Program, double MB, int Files)>();
        var (started, tasks) = (time.GetTimestamp(), 0);
        while (time.GetElapsedTime(started) < length)
        {
            await RunTaskAsync(client, string.Create(CultureInfo.InvariantCulture, $"soak-{tasks++}"));
            samples.AddRange(fleet.Programs.Select(p => (time.GetElapsedTime(started), p.Name, Memory.AnonymousMB(p.Id) ?? 0, Memory.OpenFiles(p.Id) ?? 0)));
            await Task.Delay(Pause, time, stop);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tasks} tasks in {length.TotalMinutes:0.#} minutes; anonymous memory and open files, medians of the second and the last third:"));
        return samples.GroupBy(s => s.Program).ToList().TrueForAll(g => Holds(g.Key, [.. g.Where(s => s.At >= length / 3 && s.At < length * 2 / 3)], [.. g.Where(s => s.At >= length * 2 / 3)]));
    }

    private static bool Holds(string program, List<(TimeSpan At, string Program, double MB, int Files)> early, List<(TimeSpan At, string Program, double MB, int Files)> late)
    {
        if (early is [] || late is [])
        {
            throw new InvalidOperationException("the soak was too short to compare its thirds: give it a minute at least");
        }

        var (mb, lateMB) = (Median(early.Select(s => s.MB)), Median(late.Select(s => s.MB)));
        var (files, lateFiles) = (Median(early.Select(s => (double)s.Files)), Median(late.Select(s => (double)s.Files)));
        var holds = lateMB <= (mb * Growth) + SlackMB && lateFiles <= files + SlackFiles;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {program,-10} {mb:0.0} -> {lateMB:0.0} MB, {files:0} -> {lateFiles:0} files{(holds ? "" : "  GROWS")}"));
        return holds;
    }

    private static async Task RunTaskAsync(KubernetesClient client, string name)
    {
        await client.CreateAsync(new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
            Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Say hello" }, Placement = Placement.Node },
        });
        await Eventually.TrueAsync(async () => (await client.ReadAsync<AgenticTask>(name, Space)).IsTerminal(), $"task {name} to end");
        await client.DeleteAsync<AgenticTask>(name, Space);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
