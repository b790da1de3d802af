namespace Foreman.Testing;

/// <summary>A server that starts when it is first asked for. A start that failed stays failed: the next test need not wait for it again.</summary>
internal sealed class SharedServer<T>(Func<Task<T>> start)
    where T : class, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<T>? _started;

    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            return _started ??= start();
        }
    }

    public async Task StopAsync()
    {
        Task<T>? started;
        lock (_gate)
        {
            (started, _started) = (_started, null);
        }

        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }
}
