using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>What a real agent takes when it is idle, and what each of 16 runs adds that stand in their 30th turn with 100 KB of transcript.</summary>
internal sealed class RunMemory : IAsyncDisposable
{
    private const string Space = "foreman-system";
    private const string Prompt = "Write thirty files.";
    private const string Node = "bench-1";
    private const int Runs = 16;
    private const int Turns = 30;
    private const int Samples = 9;
    private const double IdleAim = 52;
    private const double RunAim = 3;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new("foreman-bench-");
    private readonly RealProcess _server = RealProcess.Start(ReleasedBinaries.Operator, "dev-cluster");
    private readonly StepModel _model = new(Prompt, [.. Enumerable.Range(0, Turns).Select(StepOf)]);
    private readonly TimeProvider _time;
    private RealProcess? _agent;

    private RunMemory(TimeProvider time) => _time = time;

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [LoopRow.NotMeasured("memory of the agent", "it is read from /proc", string.Create(CultureInfo.InvariantCulture, $"≤ {IdleAim} MB"))];
        }

        await using var memory = new RunMemory(time);
        return await memory.MeasureAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        _model.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<IReadOnlyList<LoopRow>> MeasureAsync(CancellationToken stop)
    {
        var kubeconfig = (await _server.WaitForLineAsync("^export KUBECONFIG=(.+)$")).Groups[1].Value;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await FleetUnderTest.MakeNamespaceAsync(client, Space);
        _agent = RealProcess.Start(
            ReleasedBinaries.Agent, "--kubeconfig", kubeconfig, "--fleet-node-name", Node, "--task-namespace", Space, "--model-url", _model.Url,
            "--max-concurrent-tasks", Runs.ToString(CultureInfo.InvariantCulture),
            "--workspace-dir", _folder["work"], "--state-dir", _folder["state"], "--drain-timeout", "1s");
        await _agent.WaitForLineAsync("is in the fleet as");
        var idle = await ResidentAsync(_agent, stop);

        // One run before the others, so that what every first run loads is not counted for 16.
        await HoldAsync(client, 0, 1, stop);
        var one = await ResidentAsync(_agent, stop);
        await HoldAsync(client, 1, Runs, stop);
        var all = await ResidentAsync(_agent, stop);
        var (first, each) = (one - idle, (all - one) / (Runs - 1));
        return
        [
            new("the agent with its model server, resident when idle", string.Create(CultureInfo.InvariantCulture, $"{idle:0.0} MB"), $"≤ {IdleAim} MB", idle <= IdleAim),
            new(
                $"each of {Runs} runs in turn {Turns} with 100 KB of transcript",
                string.Create(CultureInfo.InvariantCulture, $"{each:0.0} MB (the first one {first:0.0} MB, as it loads code)"),
                $"≤ {RunAim} MB",
                each <= RunAim),
        ];
    }

    // Returns when the runs from a number on wait for their last answer, with those before.
    private async Task HoldAsync(KubernetesClient client, int from, int until, CancellationToken stop)
    {
        var waiting = 0;
        var held = new TaskCompletionSource();
        stop.Register(() => held.TrySetResult());
        _model.Passing = (step, moment) => (step, moment) == (Turns - 1, StepMoment.Asked) && Interlocked.Increment(ref waiting) > 0 ? held.Task : Task.CompletedTask;
        for (var i = from; i < until; i++)
        {
            var task = await client.CreateAsync(
                new AgenticTask
                {
                    Metadata = new V1ObjectMeta { Name = string.Create(CultureInfo.InvariantCulture, $"run-{i}"), NamespaceProperty = Space },
                    Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = Prompt } },
                },
                cancellationToken: stop);
            var promised = new PromisedModel { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = _model.Url };
            var patch = TaskWrites.Assign(task, new TaskAssignment(Node, Placement.Node, promised, null), []);
            await client.PatchAsync<AgenticTask>(patch, task.Name(), Space, new PatchOptions { Subresource = "status" }, stop);
        }

        await Eventually.TrueAsync(
            () => _agent!.HasExited ? throw new InvalidOperationException(_agent.Output) : waiting >= until - from, $"{until - from} runs to wait for their last answer", TimeSpan.FromMinutes(2));
    }

    private async Task<double> ResidentAsync(RealProcess process, CancellationToken stop)
    {
        await Task.Delay(Settle, _time, stop);
        var samples = new List<double>();
        for (var i = 0; i < Samples; i++)
        {
            samples.Add((Memory.Of(process.Id) ?? throw new InvalidOperationException($"the agent ended:\n{process.Output}")).ResidentMB);
            await Task.Delay(TimeSpan.FromMilliseconds(500), _time, stop);
        }

        return samples.Order().ElementAt(Samples / 2);
    }

    private static StepCall[] StepOf(int step) => step == Turns - 1
        ? [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "done"), ("commit_message", "Add them"))]
        : [StepCall.Of("write_file", ("path", FormattableString.Invariant($"f{step}.txt")), ("content", new string('x', 3400)))];
}
