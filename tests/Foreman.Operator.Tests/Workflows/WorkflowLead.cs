using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Workflows;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workflows;

/// <summary>A process that leads, as far as Workflows are concerned: caches and a controller of its own. It reconciles when a test says so.</summary>
internal sealed class WorkflowLead : IAsyncDisposable
{
    private const int MaxRounds = 50;

    private readonly IKubernetes _server;
    private readonly FollowedCaches _caches;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;

    private WorkflowLead(IKubernetes server, IKubernetes writing, FollowedCaches caches, TimeProvider time)
    {
        (_server, _caches, _time, Client) = (server, caches, time, new CrashingKubernetes(writing));
        Controller = new(caches.Caches);
        _events = new(Client, new() { Component = "foreman-operator", Time = time });
    }

    /// <summary>What it writes with.</summary>
    public CrashingKubernetes Client { get; }

    public WorkflowController Controller { get; }

    /// <summary>Starts one, and waits for its caches.</summary>
    /// <param name="server">The API server.</param>
    /// <param name="time">Clock of the controller.</param>
    /// <param name="watching">What its caches follow with; null for <paramref name="server"/>.</param>
    /// <param name="writing">What it writes with; null for <paramref name="server"/>.</param>
    public static async Task<WorkflowLead> StartAsync(IKubernetes server, TimeProvider time, IKubernetes? watching = null, IKubernetes? writing = null) =>
        new(server, writing ?? server, await FollowedCaches.StartAsync(watching ?? server), time);

    /// <summary>Reconciles once, with a Workflow as a store may have it.</summary>
    public Task<ReconcileResult> ReconcileAsync(Workflow workflow) => ReconcileAsync(ObjectKey.Of(workflow), workflow);

    /// <summary>Reconciles a Workflow that is not there any more.</summary>
    public Task<ReconcileResult> ForgetAsync(Workflow workflow) => ReconcileAsync(ObjectKey.Of(workflow), null);

    /// <summary>Reconciles until that writes nothing more, and returns the Workflow.</summary>
    public async Task<Workflow> SettleAsync(string name, string space)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            await SyncAsync(space);
            var workflow = await _server.ReadAsync<Workflow>(name, space);
            var writes = Client.Writes;
            await ReconcileAsync(workflow);
            if (Client.Writes == writes)
            {
                return workflow;
            }
        }

        throw new InvalidOperationException($"{name} does not come to rest:\n{Client.Written}");
    }

    public ValueTask DisposeAsync() => _caches.DisposeAsync();

    // Waits until its caches have all tasks of the namespace as they are.
    private async Task SyncAsync(string space)
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

    private Task<ReconcileResult> ReconcileAsync(ObjectKey key, Workflow? workflow) => Controller.ReconcileAsync(
        new ReconcileContext<Workflow>
        {
            Key = key,
            Entity = workflow,
            Failures = 0,
            Client = Client,
            Events = _events,
            Logger = NullLogger.Instance,
            Time = _time,
        },
        TestContext.Current.CancellationToken);
}
