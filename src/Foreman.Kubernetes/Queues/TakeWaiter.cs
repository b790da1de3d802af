namespace Foreman.Kubernetes;

/// <summary>A worker that waits for a key.</summary>
internal sealed class TakeWaiter<TKey>
    where TKey : notnull
{
    private readonly TaskCompletionSource<QueuedKey<TKey>?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public Task<QueuedKey<TKey>?> Task => _completion.Task;

    public void WhenCancelled(Action giveUp, CancellationToken cancellationToken) => _cancellation = cancellationToken.Register(giveUp);

    /// <summary>Unregisters without waiting: the callback may be waiting for the lock that is held here.</summary>
    public void Complete(QueuedKey<TKey>? taken)
    {
        _cancellation.Unregister();
        _completion.TrySetResult(taken);
    }

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
