using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>Writes what a plan says: each write is assumed at once and sent in the background.</summary>
internal sealed class PlanExecutor : IAsyncDisposable
{
    private const int AtOnce = 32;

    private static readonly TimeSpan AfterStale = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly PatchOptions StatusPatch = new()
    {
        Subresource = "status",
        FieldValidation = FieldValidation.Warn,
        FieldManager = ApiGroup.FieldManager,
    };

    private readonly IKubernetes _client;
    private readonly EventRecorder _events;
    private readonly AssumeCache _assumed;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _underWay = [];

    public PlanExecutor(IKubernetes client, EventRecorder events, AssumeCache assumed, ILogger logger) =>
        (_client, _events, _assumed, _logger) = (client, events, assumed, logger);

    /// <summary>Called when a write has failed, so that it is decided again.</summary>
    public Action Failed { get; init; } = static () => { };

    /// <summary>Starts all writes of a plan and returns.</summary>
    public void Execute(Plan plan, CancellationToken cancellationToken)
    {
        foreach (var write in plan.Tasks)
        {
            _assumed.Assume(write.Task, write.After);
            Start(() => WriteAsync(write, cancellationToken));
        }

        foreach (var write in plan.Statuses)
        {
            Start(() => WriteAsync(write, cancellationToken));
        }
    }

    /// <summary>Waits for the writes under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] rest;
        lock (_gate)
        {
            rest = [.. _underWay];
        }

        await Task.WhenAll(rest);
        _slots.Dispose();
    }

    private void Start(Func<Task> write)
    {
        var task = Task.Run(async () =>
        {
            await _slots.WaitAsync();
            try
            {
                await write();
            }
            finally
            {
                _slots.Release();
            }
        });
        lock (_gate)
        {
            _underWay.Add(task);
        }

        _ = task.ContinueWith(Done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Done(Task task)
    {
        lock (_gate)
        {
            _underWay.Remove(task);
        }
    }

    private async Task WriteAsync(TaskWrite write, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(write.Task);
        try
        {
            var stored = await _client.PatchMetadataAsync<AgenticTask>(write.Patch, key.Name, key.Namespace, StatusPatch, cancellationToken);
            _assumed.Confirm(write.After, stored.ResourceVersion);
            _logger.LogDebug("{Kind} {Task}, attempt {Attempt}", write.Kind, key, write.After.Status.Attempt);
            await PublishEventAsync(write.Task, write.Event, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            // Somebody was faster: the watch brings what is true now.
            _logger.LogDebug("{Kind} {Task} came too late: {Error}", write.Kind, key, e.Message);
            Forget(write, AfterStale);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            _logger.LogWarning("{Kind} {Task} failed and is decided again: {Error}", write.Kind, key, e.Message);
            Forget(write, AfterFailure);
        }
        catch (LeadershipLostException e)
        {
            _logger.LogDebug("{Kind} {Task} is left to the next leader: {Error}", write.Kind, key, e.Message);
            Forget(write, AfterFailure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Forget(write, TimeSpan.Zero);
        }
    }

    private void Forget(TaskWrite write, TimeSpan pause)
    {
        _assumed.ExpireAfter(write.After, pause);
        Failed();
    }

    private async Task WriteAsync(StatusWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await (write.Target switch
            {
                FleetNode node => PatchAsync<FleetNode>(node, write, cancellationToken),
                Agent agent => PatchAsync<Agent>(agent, write, cancellationToken),
                Workload workload => PatchAsync<Workload>(workload, write, cancellationToken),
                AgentRelease release => PatchAsync<AgentRelease>(release, write, cancellationToken),
                ModelProfile profile => PatchAsync<ModelProfile>(profile, write, cancellationToken),
                _ => throw new InvalidOperationException($"No status writes to {write.Target.Kind}."),
            });
            await PublishEventAsync(write.Target, write.Event, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            _logger.LogDebug("{Kind} {Name} is gone", write.Target.Kind, write.Target.Name());
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            _logger.LogWarning("The status of {Kind} {Name} could not be written and is tried again: {Error}", write.Target.Kind, write.Target.Name(), e.Message);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested || e is LeadershipLostException)
        {
            _logger.LogDebug("The status of {Kind} {Name} was not written: the operator stops", write.Target.Kind, write.Target.Name());
        }
    }

    private Task<V1ObjectMeta> PatchAsync<T>(T target, StatusWrite write, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        _client.PatchMetadataAsync<T>(write.ToPatch(), target.Name(), target.Namespace(), StatusPatch, cancellationToken);

    private Task PublishEventAsync(IKubernetesObject about, PlannedEvent? told, CancellationToken cancellationToken) => told switch
    {
        null => Task.CompletedTask,
        { Warning: true } => _events.WarningAsync(about, told.Reason, told.Message, cancellationToken),
        _ => _events.NormalAsync(about, told.Reason, told.Message, cancellationToken),
    };
}
