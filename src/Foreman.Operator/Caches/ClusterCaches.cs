using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Caches;

/// <summary>What the operator knows of the cluster: one reflector per kind, and a call for every change of any of them.</summary>
internal sealed class ClusterCaches
{
    private const string ByWorkload = "workload";

    private static readonly TimeSpan BetweenServedChecks = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestErrorWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenErrorChecks = TimeSpan.FromMilliseconds(200);

    private readonly IKubernetes _client;
    private readonly ReflectorOptions _options;
    private readonly Reflector<V1Lease> _leases;
    private readonly Reflector<InferenceService> _services;
    private readonly Reflector<WorkloadEnd>? _workloads;
    private readonly Reflector<WorkflowEnd>? _workflows;
    private readonly StoreList<AgenticTask> _listedTasks;
    private readonly StoreList<FleetNode> _listedNodes;
    private readonly StoreList<V1Lease> _listedLeases;
    private readonly StoreList<Agent> _listedAgents;

    /// <summary>Makes the caches; nothing is read before <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API.</param>
    /// <param name="foremanNamespace">Namespace of the hosts' Leases.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Log.</param>
    /// <param name="followsWorkloads">Whether snapshots say which Workloads and Workflows have ended.</param>
    public ClusterCaches(IKubernetes client, string foremanNamespace, TimeProvider time, ILogger logger, bool followsWorkloads = false)
    {
        _client = client;
        _options = new ReflectorOptions { Time = time, Logger = logger };
        Tasks = new(client, _options);
        Nodes = new(client, _options);
        Agents = new(client, _options);
        _leases = new(client, _options with { Namespaces = [foremanNamespace] });
        _services = new(client, _options);
        _workloads = followsWorkloads ? new(client, _options) : null;
        _workflows = followsWorkloads ? new(client, _options) : null;
        Quotas = new(client, foremanNamespace, _options);
        _listedTasks = new(Tasks.Store);
        _listedNodes = new(Nodes.Store);
        _listedLeases = new(_leases.Store);
        _listedAgents = new(Agents.Store);
        Tasks.Store.AddIndexer(ByWorkload, task => WorkloadsOf(task).Select(w => w.ToString()));
    }

    public Reflector<AgenticTask> Tasks { get; }

    public Reflector<FleetNode> Nodes { get; }

    public Reflector<Agent> Agents { get; }

    public QuotaCache Quotas { get; }

    /// <summary>Done when everything that decisions look at is complete for the first time.</summary>
    public Task Ready => Task.WhenAll(Tasks.Ready, Nodes.Ready, Agents.Ready, _leases.Ready, Quotas.Ready, _workloads?.Ready ?? Task.CompletedTask);

    /// <summary>Why what is known may be old; null while all is well.</summary>
    public Exception? LastError => ConnectionError(Tasks.LastError) ?? ConnectionError(Nodes.LastError) ?? ConnectionError(_leases.LastError) ?? ConnectionError(_workloads?.LastError);

    /// <summary>The Workload that a task's label names; empty for none.</summary>
    public static IEnumerable<ObjectKey> WorkloadsOf(AgenticTask task) =>
        task.GetLabel(Labels.Workload) is { Length: > 0 } name ? [new ObjectKey(task.Namespace(), name)] : [];

    /// <summary>The tasks whose label names a Workload.</summary>
    public IEnumerable<AgenticTask> TasksOf(ObjectKey workload) => Tasks.Store.ByIndex(ByWorkload, workload.ToString()).Values;

    /// <summary>Follows everything until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Tasks.RunAsync(cancellationToken),
        Nodes.RunAsync(cancellationToken),
        Agents.RunAsync(cancellationToken),
        _leases.RunAsync(cancellationToken),
        _workloads?.RunAsync(cancellationToken) ?? Task.CompletedTask,
        _workflows?.RunAsync(cancellationToken) ?? Task.CompletedTask,
        Quotas.RunAsync(cancellationToken),
        FollowServicesAsync(cancellationToken));

    /// <summary>
    /// Waits until everything is complete and no connection is down, for <see cref="LongestErrorWait"/> at most, since a quiet watch may show late that it
    /// works again: a leader decides from what is stored, and what it decides from older knowledge is refused by the tests in its writes.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CurrentAsync(CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        var begun = _options.Time.GetTimestamp();
        while (LastError is not null && _options.Time.GetElapsedTime(begun) < LongestErrorWait)
        {
            await Task.Delay(BetweenErrorChecks, _options.Time, cancellationToken);
        }
    }

    /// <summary>Calls back after every change, on the thread that watches, until what is returned is disposed of.</summary>
    /// <param name="changed">Told of changes of all but Leases.</param>
    /// <param name="leaseChanged">Told of those of Leases.</param>
    public IDisposable OnChange(Action changed, Action<ResourceEvent<V1Lease>> leaseChanged) => new Subscriptions(
    [
        Tasks.Store.Subscribe(_ => changed()),
        Nodes.Store.Subscribe(_ => changed()),
        Agents.Store.Subscribe(_ => changed()),
        _leases.Store.Subscribe(leaseChanged),
        _services.Store.Subscribe(_ => changed()),
        .. _workloads is { } workloads ? [workloads.Store.Subscribe(_ => changed())] : (IDisposable[])[],
        .. _workflows is { } workflows ? [workflows.Store.Subscribe(_ => changed())] : (IDisposable[])[],
        Quotas.Store.Subscribe(_ => changed()),
    ]);

    /// <summary>Everything as it is known now; tasks as they were read.</summary>
    public ClusterSnapshot Snapshot() => new()
    {
        IsApiReachable = ConnectionError(_leases.LastError) is null,
        Tasks = _listedTasks.Current,
        Nodes = _listedNodes.Current,
        Leases = _listedLeases.Current,
        Agents = _listedAgents.Current,
        Workloads = _workloads?.Store.Snapshot().ToDictionary(w => w.Key, w => w.Value.ToObserved()),

        // Nothing but clean-up waits for them, and an older cluster may not serve the kind.
        Workflows = _workflows is { Ready.IsCompletedSuccessfully: true } workflows ? workflows.Store.Snapshot().ToDictionary(w => w.Key, w => w.Value.ToObserved()) : null,
        Quotas = Quotas.Current,
        InferenceServices = _services.Store.Snapshot().ToDictionary(s => s.Key, s => s.Value.ToEndpoint()),
    };

    // An object that can't be read is logged by its reflector; all others are current.
    private static Exception? ConnectionError(Exception? error) => error is UnreadableObjectException ? null : error;

    // InferenceServices come from another product: the kind may be installed later or never.
    private async Task FollowServicesAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await AreServedAsync(cancellationToken))
            {
                await Task.Delay(BetweenServedChecks, _options.Time, cancellationToken);
            }

            await _services.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            CachesLog.ServicesStopped(_options.Logger);
        }
    }

    private async Task<bool> AreServedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.ListAsync<InferenceService>(null, new ListOptions { Limit = 1 }, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            CachesLog.ServicesNotServed(_options.Logger, e.Message);
            return false;
        }
    }

    private sealed class Subscriptions(IReadOnlyList<IDisposable> all) : IDisposable
    {
        public void Dispose()
        {
            foreach (var subscription in all)
            {
                subscription.Dispose();
            }
        }
    }
}
