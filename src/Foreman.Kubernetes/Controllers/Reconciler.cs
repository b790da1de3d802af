using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>The loop of a worker: takes a key, reconciles it, and requeues or forgets the key.</summary>
internal sealed class Reconciler<TEntity>(
    IKubernetes client,
    Func<ReconcileContext<TEntity>, CancellationToken, Task<ReconcileResult>> reconcile,
    ControllerOptions<TEntity> options,
    Store<TEntity> store,
    WorkQueue<ObjectKey> queue)
    where TEntity : class, IResource<TEntity>
{
    private readonly EventRecorder _events = options.Events
        ?? new EventRecorder(client, new() { Component = options.Name, Time = options.Time, Logger = options.Logger });

    /// <summary>Works until cancelled, or until the fence is closed.</summary>
    public async Task WorkAsync(IWriteFence? fence, CancellationToken cancellationToken)
    {
        var writer = fence is null ? client : client.Fenced(fence);
        while (await TakeAsync(cancellationToken).ConfigureAwait(false) is { } taken)
        {
            if (cancellationToken.IsCancellationRequested || fence?.Remaining <= TimeSpan.Zero)
            {
                UpdateQueue(taken, ReconcileOutcome.Stopped);
                return;
            }

            await ReconcileAsync(taken, writer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<QueuedKey<ObjectKey>?> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queue.TakeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task ReconcileAsync(QueuedKey<ObjectKey> taken, IKubernetes writer, CancellationToken cancellationToken)
    {
        var entity = store.Get(taken.Key.Name, taken.Key.Namespace);
        var context = new ReconcileContext<TEntity>
        {
            Key = taken.Key,
            Entity = entity,
            Failures = taken.Failures,
            Client = writer,
            Events = _events,
            Logger = options.Logger,
            Time = options.Time,
        };
        var startedAt = options.Time.GetTimestamp();
        ControllerMetrics.Started(options.Name);
        var outcome = await TryAsync(context, cancellationToken).ConfigureAwait(false);
        ControllerMetrics.Finished(options.Name, outcome.ResultName, options.Time.GetElapsedTime(startedAt));
        UpdateQueue(taken, outcome);
        if (outcome is ReconcileOutcome.Failed(var error))
        {
            await ReportAsync(taken, entity, error, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ReconcileOutcome> TryAsync(ReconcileContext<TEntity> context, CancellationToken cancellationToken)
    {
        try
        {
            var result = await reconcile(context, cancellationToken).ConfigureAwait(false);
            return new ReconcileOutcome.Succeeded(result.Delay);
        }
#pragma warning disable CA1031 // An exception of one reconcile must not stop the worker.
        catch (Exception e)
        {
            // A cancelled reconcile may fail in any way; the object is reconciled again at the next start.
            return cancellationToken.IsCancellationRequested || e is LeadershipLostException ? ReconcileOutcome.Stopped : new ReconcileOutcome.Failed(e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Requeues before marking the key done, so that no key is lost in between.</summary>
    private void UpdateQueue(QueuedKey<ObjectKey> taken, ReconcileOutcome outcome)
    {
        switch (outcome)
        {
            case ReconcileOutcome.Succeeded(var delay):
                queue.Forget(taken.Key);
                if (delay is { } again)
                {
                    queue.AddAfter(taken.Key, again, taken.Priority);
                }

                break;
            case ReconcileOutcome.Failed:
                queue.AddRateLimited(taken.Key, taken.Priority);
                break;
            default:
                queue.Add(taken.Key, taken.Priority);
                break;
        }

        queue.Done(taken.Key);
    }

    private async Task ReportAsync(QueuedKey<ObjectKey> taken, TEntity? entity, Exception error, CancellationToken cancellationToken)
    {
        var failures = taken.Failures + 1;
        var level = error is KubernetesException { IsConflict: true } or KubernetesException { IsTestFailed: true } ? LogLevel.Information : LogLevel.Error;
        var expected = error is KubernetesException or KubernetesUnreachableException;
        options.Logger.ReconcileFailed(level, expected ? null : error, TEntity.Type.Kind, taken.Key, failures, error.Message);
        if (failures != options.Backoff.Retries + 1)
        {
            return;
        }

        ControllerMetrics.RetriesExhausted(options.Name);
        options.Logger.RetriesUsedUp(TEntity.Type.Kind, taken.Key, options.Backoff.Retries, options.Backoff.Max);
        if (entity is not null)
        {
            await PublishFailureAsync(entity, error, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishFailureAsync(TEntity entity, Exception error, int failures, CancellationToken cancellationToken)
    {
        try
        {
            var message = $"failed {failures} times in a row, from now on tried every {options.Backoff.Max}: {error.Message}";
            await _events.WarningAsync(entity, "ReconcileFailed", message, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            options.Logger.ReconcileEventSkipped(TEntity.Type.Kind, ObjectKey.Of(entity));
        }
    }
}
