using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Chart;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>
/// Foreman as people run it: the chart on a real kube-apiserver, the operator and the agents as processes with the chart's
/// identities, never as cluster admin. No other fleet uses its API server at the same time.
/// </summary>
public sealed class ForemanFleet : IAsyncDisposable
{
    /// <summary>Namespace of the release and of the Leases.</summary>
    public const string ReleaseNamespace = FleetCluster.ReleaseNamespace;

    private readonly TempFolder _folder = new("foreman-e2e-");
    private readonly List<RealProcess> _operators = [];
    private readonly List<AgentProcess> _agents = [];
    private readonly FleetCluster _cluster;
    private IReadOnlyList<string> _more = [];
    private IReadOnlyDictionary<string, string?> _environment = new Dictionary<string, string?>();

    private ForemanFleet(FleetCluster cluster) => (_cluster, Requests) = (cluster, new RequestLog(cluster.Server));

    /// <summary>The API server.</summary>
    public KubeApiServer Cluster => _cluster.Server;

    /// <summary>kubectl as the person who applies tasks.</summary>
    public Kubectl Kubectl => Cluster.Kubectl;

    /// <summary>Reads what tests wait for: a kubectl for every look would take the processors from what is tested.</summary>
    public KubernetesClient Kubernetes => _cluster.Kubernetes;

    /// <summary>What the operator and the agents of this fleet asked for.</summary>
    internal RequestLog Requests { get; }

    /// <summary>Namespace of the tasks.</summary>
    public string Namespace => _cluster.Namespace;

    /// <summary>Takes an API server with the chart and starts the operator; skips the running test without the real parts.</summary>
    /// <param name="more">Further flags of the operator.</param>
    /// <param name="environment">Further variables of the operator.</param>
    public static async Task<ForemanFleet> StartAsync(IReadOnlyList<string>? more = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        RealParts.Helm.PathOrSkip();
        var fleet = new ForemanFleet(await FleetCluster.TakeAsync()) { _more = more ?? [], _environment = environment ?? new Dictionary<string, string?>() };
        try
        {
            await fleet.StartOperatorAsync();
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an operator with the chart's identity and waits until it is ready.</summary>
    public async Task<RealProcess> StartOperatorAsync()
    {
        var ports = FreePort.Next(2);
        var process = RealProcess.Start(new ProcessRequest
        {
            Program = ReleasedBinaries.Operator,
            Arguments =
            [
                "--kubeconfig", _cluster.OperatorKubeconfig,
                "--foreman-namespace", ReleaseNamespace,
                "--metrics-bind-address", Loopback(ports[0]),
                "--health-probe-bind-address", Loopback(ports[1]),
                .. _more,
            ],
            WorkingDirectory = _folder.Path,
            Environment = new Dictionary<string, string?>([.. Home("operator"), .. _environment]),
        });
        _operators.Add(process);
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () => process.HasExited
                ? throw new InvalidOperationException($"The operator ended with {process.ExitCode}:\n{process.Output}")
                : await IsReadyAsync(http, ports[1]),
            "the operator to be ready");
        return process;
    }

    /// <summary>Enrolls a host and starts its agent with the identity that it got; waits until its FleetNode is Ready, with a model if one is expected.</summary>
    /// <param name="node">Name of its FleetNode.</param>
    /// <param name="modelUrl">Its model server.</param>
    /// <param name="expectModel">Whether a model must be found there.</param>
    /// <param name="more">Further flags.</param>
    /// <param name="environment">Further variables.</param>
    public async Task<AgentProcess> StartAgentAsync(
        string node, string modelUrl, bool expectModel = true, IReadOnlyList<string>? more = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var kubeconfig = await JoinAsync(node);
        var workspaces = _folder.MakeFolder($"{node}-workspaces");
        var request = new ProcessRequest
        {
            Program = ReleasedBinaries.Agent,
            Arguments =
            [
                "--kubeconfig", kubeconfig,
                "--foreman-namespace", ReleaseNamespace,
                "--fleet-node-name", node,
                "--workspace-dir", workspaces,
                "--task-namespace", Namespace,
                "--model-url", modelUrl,
                "--keep-workspace",
                .. more ?? [],
            ],
            WorkingDirectory = _folder.Path,
            Environment = new Dictionary<string, string?>([.. Home(node), .. environment ?? new Dictionary<string, string?>()]),
        };
        var agent = new AgentProcess(node, RealProcess.Start(request), request, kubeconfig, workspaces);
        _agents.Add(agent);
        await WaitForNodeAsync(
            node,
            n => n.Status?.Phase == FleetNodePhase.Ready && n.Status.Conditions.IsTrue(ConditionTypes.Ready) && (!expectModel || n.Status.Capability?.Models is { Count: > 0 }),
            expectModel ? "to be Ready with a model" : "to be Ready",
            agent);
        return agent;
    }

    /// <summary>Enrolls a host, and has it join by the command that is printed, as people do.</summary>
    /// <param name="node">Name of its FleetNode.</param>
    /// <param name="more">Further flags of enroll.</param>
    /// <returns>Its kubeconfig.</returns>
    public async Task<string> JoinAsync(string node, params string[] more)
    {
        var kubeconfig = _folder[$"{node}.kubeconfig"];
        var ticket = (await EnrollAsync([node, .. more])).Succeeded().Output.Split(' ')[1];
        var joined = await CommandRun.RunAsync(new ProcessRequest
        {
            Program = ReleasedBinaries.Agent,
            Arguments = ["join", node, "--kubeconfig", kubeconfig],
            Environment = Home(node),
            Input = ticket,
        });
        _ = joined.Succeeded();
        return kubeconfig;
    }

    /// <summary>Runs <c>foreman-operator enroll</c> as the admin.</summary>
    /// <param name="arguments">What follows the word enroll.</param>
    public Task<CommandRun> EnrollAsync(params string[] arguments) => CommandRun.RunAsync(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = ["enroll", .. arguments, "--kubeconfig", Cluster.AdminKubeconfigPath, "--namespace", ReleaseNamespace],
        Environment = Home("admin"),
    });

    /// <summary>Skips the test where a host can't confine commands.</summary>
    /// <param name="node">Name of its FleetNode.</param>
    public async Task NeedsSandboxAsync(string node)
    {
        var known = await WaitForNodeAsync(node, n => n.Status?.Capability?.Sandbox is not null, "to tell of its sandbox");
        Assert.SkipUnless(known.Status!.Capability!.Sandbox.RunsCommands(), $"this host confines no commands: {known.Status.Capability.Sandbox!.Reason}");
    }

    /// <summary>Kills an agent and starts it again on its host; what it left stays.</summary>
    public async Task<AgentProcess> KillAndRestartAsync(AgentProcess agent)
    {
        agent.Process.Send(Signal.Kill);
        await agent.Process.WaitForExitAsync();
        var again = agent with { Process = RealProcess.Start(agent.Request) };
        _agents.Add(again);
        return again;
    }

    /// <summary>Writes, with its identity, the end that a lost agent would have given its task.</summary>
    /// <param name="lost">The agent.</param>
    /// <param name="running">Its task as it stood while it ran there.</param>
    public async Task EndLateAsync(AgentProcess lost, AgenticTask running)
    {
        var late = TaskWrites.End(running.Status.Attempt, running.Status.Claim!.Holder, new TaskCompletion
        {
            Phase = TaskPhase.Succeeded,
            Verdict = Verdict.Go,
            FinishedAt = running.Status.ClaimedAt!.Value,
            Attempt = new TaskAttempt { Attempt = running.Status.Attempt, Node = lost.Node, Outcome = AttemptOutcome.Succeeded },
        });
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(lost.Kubeconfig));
        await client.PatchAsync<AgenticTask>(late, running.Name(), Namespace, new PatchOptions { Subresource = "status" });
    }

    /// <summary>Kills the operator, as a lost machine does, and starts another one.</summary>
    public async Task KillAndRestartOperatorAsync()
    {
        _operators[^1].Send(Signal.Kill);
        await _operators[^1].WaitForExitAsync();
        await StartOperatorAsync();
    }

    /// <summary>A freeform task without agentRef.</summary>
    public Task ApplyTaskAsync(string name, string prompt, string more = "") => Kubectl.ApplyAsync(
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata:
          name: {{name}}
          namespace: {{Namespace}}
        spec:
          kind: freeform
          payload:
            prompt: {{JsonSerializer.Serialize(prompt)}}
          {{more}}
        """);

    /// <summary>Has a person dispatch work, and waits until the command has ended.</summary>
    /// <param name="arguments">What follows the word dispatch.</param>
    public Task<CommandRun> DispatchAsync(params string[] arguments) => CommandRun.RunAsync(
        new ProcessRequest
        {
            Program = ReleasedBinaries.Operator,
            Arguments = ["dispatch", .. arguments, "--kubeconfig", Cluster.AdminKubeconfigPath, "-n", Namespace],
            WorkingDirectory = _folder.Path,
            Environment = Home("admin"),
        });

    /// <summary>The task as it stands.</summary>
    public Task<AgenticTask> TaskAsync(string name) => Kubernetes.ReadAsync<AgenticTask>(name, Namespace);

    /// <summary>The Workload as it stands; null when it is not there.</summary>
    public Task<Workload?> TryWorkloadAsync(string name) => Kubernetes.TryReadAsync<Workload>(name, Namespace);

    /// <summary>Waits until the task is there and as it should be; a failure shows how it stands and what the processes wrote.</summary>
    public async Task<AgenticTask> WaitForTaskAsync(string name, Func<AgenticTask, bool> condition, string what, TimeSpan? timeout = null)
    {
        AgenticTask? last = null;
        try
        {
            await Eventually.TrueAsync(async () => (last = await Kubernetes.TryReadAsync<AgenticTask>(name, Namespace)) is not null && condition(last), $"task {name} {what}", timeout);
            return last!;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{(last is null ? "it is not there" : JsonSerializer.Serialize(last.Status, ApiJson.Default.AgenticTaskStatus))}\n{Logs()}");
        }
    }

    /// <summary>Waits until the FleetNode is as it should be.</summary>
    public async Task<FleetNode> WaitForNodeAsync(string node, Func<FleetNode, bool> condition, string what, AgentProcess? agent = null)
    {
        FleetNode? last = null;
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    if (agent is { Process.HasExited: true })
                    {
                        throw new InvalidOperationException($"The agent {node} ended with {agent.Process.ExitCode}:\n{agent.Process.Output}");
                    }

                    last = await Kubernetes.TryReadAsync<FleetNode>(node);
                    return last is not null && condition(last);
                },
                $"FleetNode {node} {what}");
            return last!;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Logs()}");
        }
    }

    /// <summary>Everything that the processes wrote.</summary>
    public string Logs() => string.Join('\n', [
        .. _operators.Select(o => $"--- operator\n{o.Output}"),
        .. _agents.Select(a => $"--- agent {a.Node}\n{a.Process.Output}")]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _agents.Select(a => a.Process).Concat(_operators))
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
        await _cluster.GiveBackAsync();
    }

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static async Task<bool> IsReadyAsync(HttpClient http, int port)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{Loopback(port)}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Dictionary<string, string?> Home(string who) => new() { ["HOME"] = _folder.MakeFolder($"home-{who}") };
}
