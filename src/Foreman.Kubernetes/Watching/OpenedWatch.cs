namespace Foreman.Kubernetes;

/// <summary>A watch in progress, with a limit after which it counts as ended by the server.</summary>
internal sealed class OpenedWatch<T> : IAsyncDisposable
    where T : class, IResource<T>
{
    private readonly TimeProvider _time;
    private readonly long _openedAt;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _both;
    private readonly IAsyncEnumerator<WatchEvent<T>> _events;

    public OpenedWatch(
        Func<CancellationToken, IAsyncEnumerable<WatchEvent<T>>> open, TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _time = time;
        _openedAt = time.GetTimestamp();
        _limit = new CancellationTokenSource(limit, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _limit.Token);
        _events = open(_both.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public TimeSpan Lasted => _time.GetElapsedTime(_openedAt);

    /// <summary>The next event, or null when the watch has ended.</summary>
    public async Task<WatchEvent<T>?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _events.MoveNextAsync().ConfigureAwait(false) ? _events.Current : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync().ConfigureAwait(false);
        _both.Dispose();
        _limit.Dispose();
    }
}
