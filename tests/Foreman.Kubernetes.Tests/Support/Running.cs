namespace Foreman.Kubernetes.Tests;

/// <summary>Something that runs until the end of a test, which then waits for it and sees its error.</summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _task;

    private Running(Func<CancellationToken, Task> run) => _task = run(_stop.Token);

    public static Running Start(Func<CancellationToken, Task> run) => new(run);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _task;
        _stop.Dispose();
    }
}
