using System.Collections.Concurrent;
using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A namespace of its own on a cluster, with tasks assigned by hand and runners that share nothing but the API.</summary>
internal sealed class TestBed : IDisposable
{
    private readonly ConcurrentBag<IDisposable> _things = [];

    private TestBed(IClusterUnderTest cluster, string space)
    {
        Space = space;
        Configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath);
        Kubernetes = Client(Configuration);
        Folder = new TempFolder();
        _things.Add(Folder);
    }

    public string Space { get; }

    public KubernetesClientConfiguration Configuration { get; }

    public IKubernetes Kubernetes { get; }

    public TempFolder Folder { get; }

    public static async Task<TestBed> StartAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        return new TestBed(cluster, await cluster.NewNamespaceAsync("runner"));
    }

    public IKubernetes Client(KubernetesClientConfiguration configuration)
    {
        var client = new KubernetesClient(configuration);
        _things.Add(client);
        return client;
    }

    /// <summary>A runner of a process of a host; processes of one host share their state directory.</summary>
    public TaskRunner Runner(string holder, TimeSpan sleep = default, IKubernetes? kubernetes = null, Func<RunnerOptions, RunnerOptions>? change = null)
    {
        var options = Options(holder);
        return new TaskRunner(
            kubernetes ?? Kubernetes, change?.Invoke(options) ?? options, TimeProvider.System, NullLogger.Instance,
            StageRegistry.Stub(sleep, TimeProvider.System, NullLogger.Instance));
    }

    /// <summary>A runner that goes through the given stage only.</summary>
    public TaskRunner Runner(string holder, IStage stage, IKubernetes? kubernetes = null, string? stateDirectory = null)
    {
        var options = Options(holder);
        options = stateDirectory is null ? options : options with { StateDirectory = stateDirectory };
        var stages = new Dictionary<TaskKind, ImmutableArray<IStage>> { [TaskKind.Freeform] = [stage] };
        return new(
            kubernetes ?? Kubernetes, options, TimeProvider.System, NullLogger.Instance,
            new StageRegistry(stages, [], TimeProvider.System, NullLogger.Instance));
    }

    /// <summary>A runner that talks to models.</summary>
    public TaskRunner NativeRunner(string holder, Func<RunnerOptions, RunnerOptions>? change = null, IKubernetes? kubernetes = null)
    {
        var options = change?.Invoke(Options(holder)) ?? Options(holder);
        var client = kubernetes ?? Kubernetes;
        return new TaskRunner(client, options, TimeProvider.System, NullLogger.Instance, StageRegistry.Native(client, options, TimeProvider.System, NullLogger.Instance));
    }

    /// <summary>A runner of one kind of task, with other stages in place of its own.</summary>
    public TaskRunner NativeRunner(string holder, TaskKind kind, Func<RunnerOptions, RunnerOptions> change, Func<IStage, IStage> replace)
    {
        var options = change(Options(holder));
        var stages = StageRegistry.Native(Kubernetes, options, TimeProvider.System, NullLogger.Instance).StagesOf(kind);
        return new TaskRunner(
            Kubernetes, options, TimeProvider.System, NullLogger.Instance,
            new StageRegistry(new Dictionary<TaskKind, ImmutableArray<IStage>> { [kind] = [.. stages.Select(replace)] }, [], TimeProvider.System, NullLogger.Instance));
    }

    private RunnerOptions Options(string holder)
    {
        var host = Holder.HostOf(holder);
        return new RunnerOptions
        {
            Holder = holder,
            NodeName = host,
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = Folder[$"{host}/work"],
            StateDirectory = Folder[$"{host}/state"],
        };
    }

    public Task<AgenticTask> CreateAsync(string name, Func<AgenticTaskSpec, AgenticTaskSpec>? change = null)
    {
        var spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Write a file named hello.txt with the text: good morning" } };
        return Kubernetes.CreateAsync(new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
            Spec = change?.Invoke(spec) ?? spec,
        });
    }

    /// <summary>What the operator does.</summary>
    public Task<AgenticTask> AssignAsync(AgenticTask task, string node = "host-a", PromisedModel? model = null) =>
        PatchAsync(task, TaskWrites.Assign(task, new TaskAssignment(node, Placement.Node, model, null), task.Status.Conditions ?? []));

    public async Task<AgenticTask> AssignedAsync(string name, string node = "host-a", PromisedModel? model = null) =>
        await AssignAsync(await CreateAsync(name), node, model);

    /// <summary>What the operator does about a dead node.</summary>
    public Task<AgenticTask> TakeBackAsync(AgenticTask task) => PatchAsync(task, TaskWrites.TakeBack(
        task, new TaskAttempt { Attempt = task.Status.Attempt, Outcome = AttemptOutcome.Lost, Reason = Reasons.HolderLost }, task.Status.Conditions ?? []));

    public Task<AgenticTask> PatchAsync(AgenticTask task, V1Patch patch) =>
        Kubernetes.PatchAsync<AgenticTask>(patch, task.Name(), Space, new PatchOptions { Subresource = "status" });

    public Task<AgenticTask> ReadAsync(string name) => Kubernetes.ReadAsync<AgenticTask>(name, Space);

    public Task<AgenticTask> InPhaseAsync(string name, TaskPhase phase) => Eventually.GetAsync(
        async () => await ReadAsync(name) is var task && task.PhaseOrPending() == phase ? task : null, $"task {name} to be {phase}");

    public void Dispose()
    {
        foreach (var thing in _things)
        {
            thing.Dispose();
        }
    }
}
