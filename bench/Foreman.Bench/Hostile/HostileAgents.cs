using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Hostile;

/// <summary>Runs one agent for each hostile input and reads the most memory that it took.</summary>
internal sealed class HostileAgents(KubernetesClient client, string kubeconfig, string space, TimeProvider time) : IDisposable
{
    private const string AgentName = "hostile";
    private const int AimMB = 150;

    // Every run of these inputs ends within its own bounds long before.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new("foreman-bench-");

    public void Dispose() => _folder.Dispose();

    public async Task<IReadOnlyList<HostileRow>> MeasureAsync(CancellationToken stop)
    {
        await client.CreateAsync(
            new Agent
            {
                Metadata = new V1ObjectMeta { Name = AgentName, NamespaceProperty = space },
                Spec = BuiltInAgent.Spec with { MaxRetries = 1, ContextWindowTokens = 1_000_000, MaxOutputTokens = 200_000, MaxTurns = 100 },
            },
            cancellationToken: stop);
        var rows = new List<HostileRow>();
        foreach (var (input, number) in HostileInput.All.Select((i, n) => (i, n)))
        {
            await Console.Error.WriteLineAsync($"measuring {input.Name} ...");
            rows.Add(await MeasureAsync(input, string.Create(CultureInfo.InvariantCulture, $"hostile-{number}"), stop));
        }

        return rows;
    }

    private async Task<HostileRow> MeasureAsync(HostileInput input, string name, CancellationToken stop)
    {
        await using var model = new HostileModel(input);
        await using var agent = RealProcess.Start(
            ReleasedBinaries.Agent, "--kubeconfig", kubeconfig, "--fleet-node-name", name, "--task-namespace", space, "--inference-base-url-override", model.Url,
            "--max-context-tokens", "1000000", "--installed-models", "hostile", "--workspace-dir", _folder[$"{name}/work"], "--state-dir", _folder[$"{name}/state"], "--drain-timeout", "1s");
        var started = time.GetTimestamp();
        await Eventually.TrueAsync(
            async () => agent.HasExited ? throw new InvalidOperationException(agent.Output) : (await client.TryReadAsync<FleetNode>(name, cancellationToken: stop))?.Status?.LastHeartbeatTime is not null,
            "the first heartbeat", Limit);
        var end = input.RunsTask ? await RunTaskAsync(name, agent, stop) : await ProbedAsync(model);
        var failure = agent.HasExited ? "the agent ended: " + LastLine(agent.Output) : input.FailureOf(end) ?? model.Failure;
        var row = new HostileRow("agent", input.Name, Memory.PeakMB(agent.Id), AimMB, time.GetElapsedTime(started), end, failure);
        await agent.StopAsync();
        return row;
    }

    private async Task<string> RunTaskAsync(string name, RealProcess agent, CancellationToken stop)
    {
        await client.CreateAsync(
            new AgenticTask
            {
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
                Spec = new AgenticTaskSpec
                {
                    Kind = TaskKind.Freeform,
                    AgentRef = new LocalObjectReference { Name = AgentName },
                    Payload = new TaskPayload { Prompt = "Do it" },
                    Placement = Placement.Node,
                    RetryPolicy = new() { Limit = 0 },
                },
            },
            cancellationToken: stop);
        var last = await Eventually.GetAsync(
            async () => await client.ReadAsync<AgenticTask>(name, space, stop) is var task && (task.IsTerminal() || agent.HasExited) ? task : null, $"task {name} to end", Limit);
        return $"{last.Status?.Verdict?.Value ?? "no verdict"} {last.Status?.FailureReason?.Value}".Trim();
    }

    internal static string LastLine(string output) => output.TrimEnd().Split('\n')[^1];

    private static async Task<string> ProbedAsync(HostileModel model)
    {
        await Eventually.TrueAsync(() => model.WasProbed, "the agent to probe the server", Limit);
        return "probed";
    }
}
