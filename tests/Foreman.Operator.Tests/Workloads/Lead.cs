using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Workloads;
using Foreman.Operator.Workloads.Following;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads;

/// <summary>A process that leads, as far as Workloads are concerned: caches and a controller of its own. It reconciles when a test says so.</summary>
internal sealed class Lead : IAsyncDisposable
{
    private const int MaxRounds = 50;

    private readonly IKubernetes _server;
    private readonly FollowedCaches _caches;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;

    private Lead(IKubernetes server, IKubernetes writing, FollowedCaches caches, TimeProvider time, PullRequestFollower? follower)
    {
        (_server, _caches, _time, Client) = (server, caches, time, new CrashingKubernetes(writing));
        Controller = new(caches.Caches, new()) { Follower = follower };
        _events = new(Client, new() { Component = "foreman-operator", Time = time });
    }

    /// <summary>What it writes with.</summary>
    public CrashingKubernetes Client { get; }

    public WorkloadController Controller { get; }

    /// <summary>Starts one, and waits for its caches.</summary>
    /// <param name="server">The API server.</param>
    /// <param name="time">Clock of the controller.</param>
    /// <param name="watching">What its caches follow with; null for <paramref name="server"/>.</param>
    /// <param name="writing">What it writes with; null for <paramref name="server"/>.</param>
    /// <param name="follower">Reads pull requests; null where nobody does.</param>
    public static async Task<Lead> StartAsync(
        IKubernetes server, TimeProvider time, IKubernetes? watching = null, IKubernetes? writing = null, PullRequestFollower? follower = null) =>
        new(server, writing ?? server, await FollowedCaches.StartAsync(watching ?? server), time, follower);

    /// <summary>Reconciles once, with a Workload as a store may have it.</summary>
    public Task<ReconcileResult> ReconcileAsync(Workload workload) => ReconcileAsync(ObjectKey.Of(workload), workload);

    /// <summary>Reconciles a Workload that is not there any more.</summary>
    public Task<ReconcileResult> ForgetAsync(Workload workload) => ReconcileAsync(ObjectKey.Of(workload), null);

    /// <summary>Waits until its caches have all tasks of a namespace as they are.</summary>
    public async Task SyncAsync(string space)
    {
        var there = (await _server.ListAsync<AgenticTask>(space)).Items.ToDictionary(t => t.Name(), t => t.ResourceVersion());
        await Eventually.TrueAsync(
            () =>
            {
                var known = _caches.Caches.Tasks.Store.Snapshot().Where(t => t.Key.Namespace == space).ToDictionary(t => t.Key.Name, t => t.Value.ResourceVersion());
                return known.Count == there.Count && there.All(t => known.GetValueOrDefault(t.Key) == t.Value);
            },
            "the caches to have caught up");
    }

    /// <summary>Reconciles until that writes nothing more, and returns the Workload.</summary>
    public async Task<Workload> SettleAsync(string name, string space)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            await SyncAsync(space);
            var workload = await _server.ReadAsync<Workload>(name, space);
            var writes = Client.Writes;
            await ReconcileAsync(workload);
            if (Client.Writes == writes)
            {
                return workload;
            }
        }

        throw new InvalidOperationException($"{name} does not come to rest:\n{Client.Written}");
    }

    public ValueTask DisposeAsync() => _caches.DisposeAsync();

    private Task<ReconcileResult> ReconcileAsync(ObjectKey key, Workload? workload) => Controller.ReconcileAsync(
        new ReconcileContext<Workload>
        {
            Key = key,
            Entity = workload,
            Failures = 0,
            Client = Client,
            Events = _events,
            Logger = NullLogger.Instance,
            Time = _time,
        },
        TestContext.Current.CancellationToken);
}
