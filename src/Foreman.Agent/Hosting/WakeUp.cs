namespace Foreman.Agent.Hosting;

/// <summary>Ends a wait early. A call while nobody waits ends the next wait at once; several calls count as one.</summary>
internal sealed class WakeUp(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _called = New();

    public void Call()
    {
        lock (_gate)
        {
            _called.TrySetResult();
        }
    }

    /// <summary>Waits for the time or a call, whichever comes first.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task called;
        lock (_gate)
        {
            called = _called.Task;
        }

        try
        {
            await called.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }

        lock (_gate)
        {
            _called = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
