using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench;

/// <summary>Measures each API server in turn, and then the agent.</summary>
internal static class Suite
{
    private const string Space = "bench";

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken stop)
    {
        var servers = new List<ServerReport>();
        var size = SizeOfFile();
        if (options.Wants("dev"))
        {
            await using var cluster = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
            var kubeconfig = (await cluster.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
            (var report, size) = await MeasureAsync("dev cluster", kubeconfig, options, size, stop);
            servers.Add(report);
            await cluster.StopAsync();
        }

        if (options.Wants("kube"))
        {
            if (KubeApiServer.SkipReason is { } why)
            {
                servers.Add(new ServerReport("kube-apiserver", why));
            }
            else
            {
                await using var cluster = await KubeApiServer.StartAsync();
                await ForemanDefinitions.InstallAsync(cluster);
                (var report, size) = await MeasureAsync("kube-apiserver", cluster.AdminKubeconfigPath, options, size, stop);
                servers.Add(report);
            }
        }

        var forms = new List<FormReport>();
        foreach (var (name, folder) in options.Forms)
        {
            forms.Add(await Footprint.MeasureAsync(name, folder, TimeProvider.System, stop));
        }

        var machine = $"{Environment.ProcessorCount} CPUs, {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}, {options.Agents} agents";
        return new Report { Machine = machine, Servers = servers, Agent = size, Forms = forms };
    }

    private static async Task<(ServerReport Report, AgentSize Size)> MeasureAsync(
        string server, string kubeconfig, BenchOptions options, AgentSize size, CancellationToken stop)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Space } }, cancellationToken: stop);
        await using var fleet = await FleetUnderTest.StartAsync(kubeconfig, client, Space, options.Agents);
        await using var latency = new Latency(client, Space, TimeProvider.System);
        var report = await latency.MeasureAsync(server, options.Tasks, stop);

        // Idle is what an agent is most of its life: after the work, with a heartbeat now and then.
        await Task.Delay(Rest, TimeProvider.System, stop);
        return (report, fleet.AgentMemory() is { } memory ? size with { ResidentMB = memory.ResidentMB, PrivateMB = memory.PrivateMB } : size);
    }

    private static AgentSize SizeOfFile()
    {
        var program = ReleasedBinaries.Agent;
        var isPublished = !File.Exists(Path.ChangeExtension(program, ".dll")) && !File.Exists(program + ".dll");
        return new AgentSize(program, isPublished) { FileMB = new FileInfo(program).Length / 1e6 };
    }
}
