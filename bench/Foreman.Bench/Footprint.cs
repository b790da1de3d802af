using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench;

/// <summary>Measures what one form of the published programs takes, against a dev cluster of the same form.</summary>
internal sealed class Footprint : IAsyncDisposable
{
    private const string Space = "foreman-system";
    private const int ForeignTasks = 2000;
    private const int Nodes = 1000;
    private const int Starts = 5;
    private const int Samples = 9;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new("foreman-bench-");
    private readonly string _bin;
    private readonly TimeProvider _time;
    private readonly RealProcess _server;
    private int _agents;

    private Footprint(string bin, TimeProvider time)
    {
        (_bin, _time) = (bin, time);
        _server = RealProcess.Start(Program("foreman-operator"), "dev-cluster");
    }

    /// <summary>Measures the programs of a folder.</summary>
    public static async Task<FormReport> MeasureAsync(string form, string bin, TimeProvider time, CancellationToken stop)
    {
        await using var footprint = new Footprint(bin, time);
        return await footprint.MeasureAsync(form, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<FormReport> MeasureAsync(string form, CancellationToken stop)
    {
        var kubeconfig = (await _server.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await FleetUnderTest.MakeNamespaceAsync(client, Space);
        var starts = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            var (starting, milliseconds) = await StartAgentAsync(client, kubeconfig);
            starts.Add(milliseconds);
            await StopAsync(starting);
        }

        var (agent, _) = await StartAgentAsync(client, kubeconfig);
        await Task.Delay(Settle, _time, stop);
        var (from, processor) = (_time.GetTimestamp(), Memory.ProcessorSeconds(agent.Id));
        await Task.Delay(IdleTime, _time, stop);
        var perMinute = (Memory.ProcessorSeconds(agent.Id) - processor) / _time.GetElapsedTime(from).TotalMinutes;
        var idle = await ResidentAsync(agent, stop);
        var anonymous = Memory.AnonymousMB(agent.Id);
        await Parallel.ForEachAsync(Enumerable.Range(0, ForeignTasks), stop, async (i, token) => await client.CreateAsync(Foreign(i), cancellationToken: token));
        await Task.Delay(Settle, _time, stop);
        var crowded = await ResidentAsync(agent, stop);
        await StopAsync(agent);
        await Parallel.ForEachAsync(Enumerable.Range(0, ForeignTasks), stop, async (i, token) => await client.DeleteAsync<AgenticTask>(ForeignName(i), Space, cancellationToken: token));
        return new FormReport(form)
        {
            AgentFileMB = FileMB("foreman-agent"),
            OperatorFileMB = FileMB("foreman-operator"),
            StartToHeartbeatMs = Median(starts),
            AgentIdleMB = idle,
            AgentAnonymousMB = anonymous,
            AgentForeignTasksMB = crowded,
            AgentProcessorSecondsPerMinute = perMinute,
            OperatorMB = await OperatorAsync(client, kubeconfig, stop),
        };
    }

    private async Task<double?> OperatorAsync(KubernetesClient client, string kubeconfig, CancellationToken stop)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, Nodes), stop, async (i, token) => await client.CreateAsync(Node(i), cancellationToken: token));
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var process = RealProcess.Start(
            Program("foreman-operator"), "--kubeconfig", kubeconfig, "--metrics-bind-address", "0", "--health-probe-bind-address", $"127.0.0.1:{port}", "--state-dir", _folder["operator"]);
        using var http = new HttpClient();
        await Eventually.TrueAsync(() => process.HasExited ? throw new InvalidOperationException(process.Output) : IsReadyAsync(http, port), "the operator to be ready", TimeSpan.FromMinutes(1));
        await Task.Delay(Settle, _time, stop);
        var resident = await ResidentAsync(process, stop);
        await StopAsync(process);
        return resident;
    }

    private async Task<(RealProcess Process, double Milliseconds)> StartAgentAsync(KubernetesClient client, string kubeconfig)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bench-{++_agents}");
        var started = _time.GetTimestamp();
        var process = RealProcess.Start(
            Program("foreman-agent"), "--kubeconfig", kubeconfig, "--fleet-node-name", name, "--task-namespace", Space, "--agent-mode", "stub",
            "--workspace-dir", _folder[$"{name}/work"], "--state-dir", _folder[$"{name}/state"], "--drain-timeout", "1s");
        await Eventually.TrueAsync(
            async () => process.HasExited ? throw new InvalidOperationException(process.Output) : (await client.TryReadAsync<FleetNode>(name))?.Status?.LastHeartbeatTime is not null,
            "the first heartbeat");
        return (process, _time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task<double?> ResidentAsync(RealProcess process, CancellationToken stop)
    {
        var samples = new List<double>();
        for (var i = 0; i < Samples && Memory.Of(process.Id) is { } memory; i++)
        {
            samples.Add(memory.ResidentMB);
            await Task.Delay(TimeSpan.FromMilliseconds(500), _time, stop);
        }

        return samples is [] ? null : Median(samples);
    }

    private static AgenticTask Foreign(int number) => new()
    {
        Metadata = new V1ObjectMeta { Name = ForeignName(number), NamespaceProperty = Space },
        Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Wait for another host" }, Suspend = true },
    };

    private static string ForeignName(int number) => string.Create(CultureInfo.InvariantCulture, $"foreign-{number}");

    private static FleetNode Node(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"far-{number}");
        return new() { Metadata = new V1ObjectMeta { Name = name }, Spec = new FleetNodeSpec { NodeName = name } };
    }

    private static async Task StopAsync(RealProcess process)
    {
        await process.StopAsync();
        await process.DisposeAsync();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, string port)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private string Program(string name) => Path.Combine(_bin, name);

    private double FileMB(string name) => new FileInfo(Program(name)).Length / 1e6;
}
