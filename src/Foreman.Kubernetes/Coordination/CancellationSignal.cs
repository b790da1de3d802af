namespace Foreman.Kubernetes;

/// <summary>A cancellation as a task that completes, for waiting on several things.</summary>
internal sealed class CancellationSignal : IDisposable
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;

    public CancellationSignal(CancellationToken token) => _registration = token.Register(() => _cancelled.TrySetResult());

    /// <summary>Completes when the token is cancelled.</summary>
    public Task Task => _cancelled.Task;

    public void Dispose() => _registration.Dispose();
}
