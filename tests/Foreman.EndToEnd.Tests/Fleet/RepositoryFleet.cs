using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.RunLogs;
using Foreman.Testing;
using Foreman.Testing.Faults;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>
/// Two hosts that work on repositories: the dev cluster, the operator and the agents as processes, a scripted model, a git server and a forge. Calls of
/// the agents to the API server, to git and to the forge can be held.
/// </summary>
public sealed class RepositoryFleet : IAsyncDisposable
{
    private const string ReleaseNamespace = "foreman-system";
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(1);

    private readonly TempFolder _folder = new("foreman-e2e-");
    private EmbeddedDevCluster? _cluster;
    private readonly List<RepositoryHost> _hosts = [];
    private readonly ConcurrentQueue<HeldCall> _held = [];
    private readonly Dictionary<string, GitFolder> _clones = new(StringComparer.Ordinal);
    private RealProcess? _operator;
    private FaultProxy? _proxy;
    private KubernetesClient? _kubernetes;

    private RepositoryFleet(GitServer server, StepModel model)
    {
        (Server, Model, Git) = (server, model, HeldGit.In(_folder));
        Forge = new GiteaServer(server.Token, TimeProvider.System)
        {
            IsOpen = true,
            Passing = call => HeldOf(call)?.PassAsync() ?? Task.CompletedTask,
            Passed = call => HeldOf(call)?.Answered(),
        };
        Server.IsOpen = true;
        Server.Intercept = context => Forge.AnswerAsync(context, server.Url);
    }

    /// <summary>The git server; everybody may read and write.</summary>
    public GitServer Server { get; }

    /// <summary>The forge of its repositories, at the same address; everybody may read and write.</summary>
    public GiteaServer Forge { get; }

    /// <summary>The git of the agents.</summary>
    public HeldGit Git { get; }

    /// <summary>The model of both hosts.</summary>
    public StepModel Model { get; }

    /// <summary>Namespace of the tasks.</summary>
    public string Namespace { get; private set; } = "";

    /// <summary>The first host.</summary>
    public RepositoryHost First => _hosts[0];

    /// <summary>The other one.</summary>
    public RepositoryHost Second => _hosts[1];

    private KubernetesClient Kubernetes => _kubernetes!;

    /// <summary>Starts everything and waits until both hosts are Ready; skips the running test on a host without a sandbox.</summary>
    /// <param name="model">The model; disposed of with the fleet.</param>
    public static async Task<RepositoryFleet> StartAsync(StepModel model)
    {
        var fleet = new RepositoryFleet(await GitServer.StartAsync(), model);
        try
        {
            var cluster = fleet._cluster = await EmbeddedDevCluster.StartAsync();
            await ForemanDefinitions.InstallAsync(cluster);
            fleet._kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
            fleet.Namespace = await cluster.NewNamespaceAsync("work");
            fleet.StartOperator(cluster.AdminKubeconfigPath);

            // Its clock stands still, so what it delays waits until its caller is gone.
            fleet._proxy = await FaultProxy.StartAsync(cluster, new FaultProxyOptions { Time = new ManualTimeProvider() });
            fleet._hosts.AddRange([fleet.StartAgent("host-a"), fleet.StartAgent("host-b")]);
            await fleet.WhenReadyAsync(fleet.First);
            await fleet.WhenReadyAsync(fleet.Second);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a repository with one commit on main, and returns its address.</summary>
    /// <param name="name">Such as <c>o/name</c>.</param>
    /// <param name="files">Its files.</param>
    public async Task<string> RepositoryAsync(string name, IReadOnlyDictionary<string, string> files)
    {
        await Server.CreateAsync(name);
        _ = Forge.Store.Add(name);
        _clones[name] = await GitFolder.InitAsync(_folder[$"clones/{name}"]);
        await CommitAsync(name, "main", files);
        return $"{Server.Url}/{name}.git";
    }

    /// <summary>Makes a further branch of a repository at its main, with one commit, and returns that.</summary>
    /// <param name="name">Of the repository.</param>
    /// <param name="branch">Of the branch.</param>
    /// <param name="files">What the commit changes.</param>
    public async Task<string> BranchAsync(string name, string branch, IReadOnlyDictionary<string, string> files)
    {
        await _clones[name].RunAsync("checkout", "-q", "-b", branch, "main");
        return await CommitAsync(name, branch, files);
    }

    /// <summary>Runs git in a repository of the server.</summary>
    public async Task<string> GitAsync(string name, params string[] arguments) => (await GitFolder.GitAsync(Server.RepositoryOf(name), arguments)).Trim();

    /// <summary>Creates a task.</summary>
    public Task<AgenticTask> CreateTaskAsync(string name, AgenticTaskSpec spec) =>
        Kubernetes.CreateAsync(new AgenticTask { Metadata = new() { Name = name, NamespaceProperty = Namespace }, Spec = spec });

    /// <summary>Creates an Agent: the built-in one with other tools.</summary>
    public Task CreateAgentAsync(string name, params string[] moreTools) => Kubernetes.CreateAsync(new Foreman.Api.Agent
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Spec = BuiltInAgent.Spec with { Tools = [.. BuiltInAgent.Spec.Tools ?? [], .. moreTools] },
    });

    /// <summary>The task as it stands.</summary>
    public Task<AgenticTask> TaskAsync(string name) => Kubernetes.ReadAsync<AgenticTask>(name, Namespace);

    /// <summary>Waits until the task is as it should be; a failure shows how it stands and what the processes wrote.</summary>
    public async Task<AgenticTask> WhenTaskAsync(string name, Func<AgenticTask, bool> condition, string what, TimeSpan? timeout = null)
    {
        AgenticTask? last = null;
        try
        {
            await Eventually.TrueAsync(async () => condition(last = await TaskAsync(name)), $"task {name} {what}", timeout);
            return last!;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{JsonSerializer.Serialize(last!.Status, ApiJson.Default.AgenticTaskStatus)}\n{Logs()}");
        }
    }

    /// <summary>Waits until the task has ended well.</summary>
    /// <param name="name">The task.</param>
    /// <param name="timeout">How long; null for the usual time.</param>
    /// <param name="verdict">The verdict that it must have; null for GO.</param>
    public async Task<AgenticTask> WhenDoneAsync(string name, TimeSpan? timeout = null, Verdict? verdict = null)
    {
        var task = await WhenTaskAsync(name, t => t.IsTerminal(), "to end", timeout);
        Assert.True(
            (TaskPhase.Succeeded, verdict ?? Verdict.Go) == (task.Status.Phase, task.Status.Verdict),
            $"{name}: {JsonSerializer.Serialize(task.Status, ApiJson.Default.AgenticTaskStatus)}\n{Logs()}");
        return task;
    }

    /// <summary>Waits until the cluster has the results of so many calls of a run.</summary>
    public Task WhenStoredAsync(AgenticTask task, int results) => Eventually.TrueAsync(
        async () =>
        {
            var logs = (await Kubernetes.ListAsync<RunLog>(Namespace)).Items.Where(l => l.Spec.TaskRef.Uid == task.Uid()).OrderBy(l => l.Spec.Seq);
            var text = string.Concat(logs.Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data).ToString()));
            return text.Split("\"type\":\"result\"").Length - 1 == results;
        },
        $"{results} results of {task.Name()} to be in the cluster");

    /// <summary>Lets a host get new tasks, or not, and waits until the operator knows.</summary>
    public async Task CordonAsync(RepositoryHost host, bool cordoned)
    {
        await Kubernetes.PatchAsync<FleetNode>(V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["unschedulable"] = cordoned } }), host.Node);
        await Eventually.TrueAsync(
            async () => (await Kubernetes.ReadAsync<FleetNode>(host.Node)).Status?.Conditions.Find(ConditionTypes.Schedulable)?.Status == (cordoned ? Conditions.False : Conditions.True),
            $"{host.Node} to be {(cordoned ? "cordoned" : "schedulable")}");
    }

    /// <summary>Holds calls of agents to the API server from now on, until their process is gone.</summary>
    public InjectedFault HoldCalls(CallMatch match) => _proxy!.Inject(match, new Fault.Delay(ForEver));

    /// <summary>Holds calls of agents to the forge from now on, until they are let go.</summary>
    /// <param name="method">Their method.</param>
    /// <param name="path">Their path below the root of the API.</param>
    public HeldCall HoldForge(string method, string path)
    {
        var held = new HeldCall(method, path);
        _held.Enqueue(held);
        return held;
    }

    /// <summary>Everything that the processes wrote.</summary>
    public string Logs() => string.Join('\n', [$"--- operator\n{_operator?.Output}", .. _hosts.Select(h => $"--- agent {h.Node}\n{h.Output}")]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        if (_operator is not null)
        {
            await _operator.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        _kubernetes?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        await Server.DisposeAsync();
        Forge.Dispose();
        Model.Dispose();
        _folder.Dispose();
    }

    private HeldCall? HeldOf(ForgeCall call) => _held.FirstOrDefault(h => h.IsOf(call));

    private async Task<string> CommitAsync(string name, string branch, IReadOnlyDictionary<string, string> files)
    {
        var clone = _clones[name];
        foreach (var (path, text) in files)
        {
            clone.Write(path, text);
        }

        var sha = await clone.CommitAsync(branch == "main" ? "Begin" : $"Work on {branch}");
        await clone.PushAsync(Server.RepositoryOf(name), branch);
        return sha;
    }

    private void StartOperator(string kubeconfig)
    {
        var ports = FreePort.Next(2);
        _operator = RealProcess.Start(new ProcessRequest
        {
            Program = ReleasedBinaries.Operator,
            Arguments =
            [
                "--kubeconfig", kubeconfig, "--foreman-namespace", ReleaseNamespace, "--state-dir", _folder["operator"],
                "--metrics-bind-address", Loopback(ports[0]), "--health-probe-bind-address", Loopback(ports[1]),
            ],
            Environment = new Dictionary<string, string?> { ["HOME"] = _folder.MakeFolder("home-operator") },
        });
    }

    private RepositoryHost StartAgent(string node)
    {
        var (workspaces, state) = (_folder[$"{node}/work"], _folder[$"{node}/state"]);
        var request = new ProcessRequest
        {
            Program = ReleasedBinaries.Agent,
            Arguments =
            [
                "--kubeconfig", _proxy!.KubeconfigPath, "--foreman-namespace", ReleaseNamespace, "--task-namespace", Namespace, "--fleet-node-name", node,
                "--workspace-dir", workspaces, "--state-dir", state, "--keep-workspace", "--max-concurrent-tasks", "20", "--model-url", Model.Url, "--verbose",
                "--forge", "gitea", "--forge-url", Server.Url,
            ],
            Environment = new Dictionary<string, string?>
            {
                ["HOME"] = _folder.MakeFolder($"{node}/home"),
                ["PATH"] = $"{Git.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["GIT_SSL_CAINFO"] = Server.CertificateFile,
                ["GIT_SSL_CAPATH"] = Server.NoAuthorities,
                ["SSL_CERT_FILE"] = Server.CertificateFile,
            },
        };
        var host = new RepositoryHost(node, request, workspaces, state);
        host.Start();
        return host;
    }

    private async Task WhenReadyAsync(RepositoryHost host)
    {
        FleetNode? node = null;
        try
        {
            await Eventually.TrueAsync(
                async () => host.Process.HasExited
                    ? throw new InvalidOperationException($"The agent {host.Node} ended with {host.Process.ExitCode}")
                    : (node = await Kubernetes.TryReadAsync<FleetNode>(host.Node))?.Status is { Capability.Models.Count: > 0 } status && status.Phase == FleetNodePhase.Ready,
                $"{host.Node} to be Ready with a model");
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new TimeoutException($"{e.Message}\n{Logs()}", e);
        }

        var sandbox = node!.Status!.Capability!.Sandbox;
        Assert.SkipUnless(sandbox.RunsCommands(), $"this host confines no commands: {sandbox?.Reason}");
    }

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
