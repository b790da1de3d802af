namespace Foreman.Agent.Hosting;

/// <summary>Ends a wait early. A signal while nobody waits ends the next wait at once; several signals count as one.</summary>
internal sealed class AsyncAutoResetEvent(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _signaled = New();

    public void Set()
    {
        lock (_gate)
        {
            _signaled.TrySetResult();
        }
    }

    /// <summary>Waits for the time or a signal, whichever comes first.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task signaled;
        lock (_gate)
        {
            signaled = _signaled.Task;
        }

        try
        {
            await signaled.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }

        lock (_gate)
        {
            _signaled = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
