using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>A cluster with Foreman's kinds and a namespace of one test, which plays the operator.</summary>
internal sealed class FleetUnderTest : IDisposable
{
    private static int _last;

    private FleetUnderTest(IClusterUnderTest cluster, string ns, KubernetesClient kubernetes)
    {
        (Cluster, Namespace, Kubernetes) = (cluster, ns, kubernetes);
    }

    public IClusterUnderTest Cluster { get; }

    public string Namespace { get; }

    public KubernetesClient Kubernetes { get; }

    public static async Task<FleetUnderTest> InAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        return new FleetUnderTest(cluster, await cluster.NewNamespaceAsync("agent"), kubernetes);
    }

    /// <summary>FleetNodes belong to the cluster, so their names hold the namespace of the test.</summary>
    public string NewNodeName() => FormattableString.Invariant($"{Namespace}-n{Interlocked.Increment(ref _last)}");

    public Task<FleetNode> NodeAsync(string name) => Kubernetes.ReadAsync<FleetNode>(name);

    public Task<AgenticTask> TaskAsync(string name) => Kubernetes.ReadAsync<AgenticTask>(name, Namespace);

    /// <summary>Creates a task and assigns it, as the operator would.</summary>
    public async Task<AgenticTask> AssignNewTaskAsync(string name, string node, string prompt = "Say hello", PromisedModel? model = null, string? agent = null)
    {
        var task = await Kubernetes.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = name, NamespaceProperty = Namespace },
            Spec = new AgenticTaskSpec
            {
                Kind = TaskKind.Freeform,
                Payload = new TaskPayload { Prompt = prompt },
                AgentRef = agent is null ? null : new LocalObjectReference { Name = agent },
            },
        });
        return await AssignAsync(task, node, model);
    }

    /// <summary>Assigns a task that waits, as the operator would.</summary>
    public Task<AgenticTask> AssignAsync(AgenticTask task, string node, PromisedModel? model) =>
        PatchAsync(task, TaskWrites.Assign(task, new TaskAssignment(node, Placement.Node, model, null), []));

    /// <summary>Takes a task back from a dead host, as the operator would.</summary>
    public Task<AgenticTask> TakeBackAsync(AgenticTask task)
    {
        var held = task.Status;
        return PatchAsync(task, TaskWrites.TakeBack(
            task,
            new TaskAttempt
            {
                Attempt = held.Attempt,
                Node = held.AssignedNode,
                Holder = held.Claim?.Holder,
                StartedAt = held.Claim?.AcquiredAt,
                Outcome = AttemptOutcome.Lost,
                Reason = Reasons.HolderLost,
            },
            []));
    }

    private Task<AgenticTask> PatchAsync(AgenticTask task, V1Patch patch) =>
        Kubernetes.PatchAsync<AgenticTask>(patch, task.Name(), Namespace, new PatchOptions { Subresource = "status" });

    /// <summary>Those whose output is told when a wait for a task was in vain.</summary>
    public ConcurrentQueue<RealProcess> Processes { get; } = [];

    public async Task<AgenticTask> WhenTaskAsync(string name, Func<AgenticTask, bool> condition, string what)
    {
        AgenticTask? last = null;
        try
        {
            await Eventually.TrueAsync(async () => condition(last = await TaskAsync(name)), what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Phase {last?.Status.Phase}, attempts {string.Join("; ", last?.Status.Attempts ?? [])}\n{string.Join('\n', Processes.Select(p => p.Output))}", e);
        }

        return last!;
    }

    public async Task<FleetNode> WhenNodeAsync(string name, Func<FleetNode, bool> condition, string what)
    {
        FleetNode? last = null;
        await Eventually.TrueAsync(async () => (last = await Kubernetes.TryReadAsync<FleetNode>(name)) is not null && condition(last), what);
        return last!;
    }

    public void Dispose() => Kubernetes.Dispose();
}
