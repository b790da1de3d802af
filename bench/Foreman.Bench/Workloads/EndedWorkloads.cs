using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Bench.Loop;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Workloads;

/// <summary>What ended Workloads cost an operator that starts: memory, and writes to the API server.</summary>
internal static class EndedWorkloads
{
    private const int Count = 1000;
    private const int TasksOfOne = 3;
    private const double Aim = 50;
    private const string Space = "foreman-system";

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        await using var server = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
        var kubeconfig = (await server.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await FleetUnderTest.MakeNamespaceAsync(client, Space);
        var empty = await OperatorAsync(kubeconfig, time, stop);
        await client.CreateAsync(new Agent { Metadata = new() { Name = "coder", NamespaceProperty = Space }, Spec = new() { Role = AgentRole.Coder, SystemPrompt = "bench", Tools = ["submit_result"] } }, cancellationToken: stop);
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), stop, async (i, token) => await CreateAsync(client, i, token));

        // The first start brings each to its end; the second finds them so.
        await OperatorAsync(kubeconfig, time, stop, async () => await HaveEndedAsync(client, stop));
        var before = await VersionsAsync(client, stop);
        var full = await OperatorAsync(kubeconfig, time, stop);
        var after = await VersionsAsync(client, stop);
        var writes = after.Count(v => before.GetValueOrDefault(v.Key) != v.Value);
        await server.StopAsync();
        var added = full - empty;
        return
        [
            new(
                string.Create(CultureInfo.InvariantCulture, $"memory of {Count} ended Workloads with {TasksOfOne} tasks each in an operator that starts"),
                string.Create(CultureInfo.InvariantCulture, $"{added:0.0} MB ({full:0.0} against {empty:0.0} MB)"),
                string.Create(CultureInfo.InvariantCulture, $"≤ {Aim} MB"),
                added <= Aim),
            new("objects that this start wrote", writes.ToString(CultureInfo.InvariantCulture), "0", writes == 0),
        ];
    }

    private static async Task<double> OperatorAsync(string kubeconfig, TimeProvider time, CancellationToken stop, Func<Task<bool>>? until = null)
    {
        using var folder = new TempFolder("foreman-bench-");
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        await using var process = RealProcess.Start(
            ReleasedBinaries.Operator, "--kubeconfig", kubeconfig, "--metrics-bind-address", "0", "--health-probe-bind-address", $"127.0.0.1:{port}", "--state-dir", folder["state"]);
        using var http = new HttpClient();
        await Eventually.TrueAsync(() => IsReadyAsync(http, port), "the operator to be ready", TimeSpan.FromMinutes(2));
        if (until is not null)
        {
            await Eventually.TrueAsync(until, "every Workload to end", TimeSpan.FromMinutes(5));
        }

        await Task.Delay(Settle, time, stop);
        var resident = Memory.Of(process.Id)?.ResidentMB ?? throw new InvalidOperationException("this system does not tell the memory of a process");
        await process.StopAsync();
        return resident;
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

    private static async Task<bool> HaveEndedAsync(KubernetesClient client, CancellationToken stop)
    {
        var all = await client.ListAsync<Workload>(Space, cancellationToken: stop);
        return all.Items.Count(w => w.Status?.Phase == WorkloadPhase.Completed) == Count;
    }

    private static async Task<Dictionary<string, string?>> VersionsAsync(KubernetesClient client, CancellationToken stop)
    {
        var workloads = await client.ListAsync<Workload>(Space, cancellationToken: stop);
        var tasks = await client.ListAsync<AgenticTask>(Space, cancellationToken: stop);
        return workloads.Items.Select(w => (w.Uid(), w.Metadata.ResourceVersion)).Concat(tasks.Items.Select(t => (t.Uid(), t.Metadata.ResourceVersion)))
            .ToDictionary(v => v.Item1, v => v.ResourceVersion, StringComparer.Ordinal);
    }

    private static async Task CreateAsync(KubernetesClient client, int index, CancellationToken stop)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ended-{index}");
        var workload = await client.CreateAsync(
            new Workload
            {
                Metadata = new() { Name = name, NamespaceProperty = Space },
                Spec = new()
                {
                    Intent = "bench",
                    Pipeline =
                    [
                        .. Enumerable.Range(0, TasksOfOne).Select(i => new PipelineStep
                        {
                            Name = string.Create(CultureInfo.InvariantCulture, $"s{i}"),
                            Kind = TaskKind.Freeform,
                            AgentRef = new() { Name = "coder" },
                            Payload = new() { Prompt = "bench" },
                            DependsOn = i == 0 ? null : [string.Create(CultureInfo.InvariantCulture, $"s{i - 1}")],
                        }),
                    ],
                },
            },
            cancellationToken: stop);
        for (var i = 0; i < TasksOfOne; i++)
        {
            var step = string.Create(CultureInfo.InvariantCulture, $"s{i}");
            var task = new AgenticTask
            {
                Metadata = new V1ObjectMeta
                {
                    Name = $"{name}-{step}",
                    NamespaceProperty = Space,
                    Labels = new Dictionary<string, string> { [Labels.Workload] = name, [Labels.Step] = step },
                }.WithOwner(workload),
                Spec = new() { Kind = TaskKind.Freeform, AgentRef = new() { Name = "coder" }, Payload = new() { Prompt = "bench" } },
            };
            await client.CreateAsync(task, cancellationToken: stop);
            var ended = new AgenticTask { Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go } };
            var status = JsonSerializer.SerializeToNode(ended, AgenticTask.TypeInfo)!["status"]!;
            await client.PatchMetadataAsync<AgenticTask>(
                V1Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["phase"] = status["phase"]!.DeepClone(), ["verdict"] = status["verdict"]!.DeepClone() } }),
                task.Name(), Space, new() { Subresource = "status" }, stop);
        }
    }
}
