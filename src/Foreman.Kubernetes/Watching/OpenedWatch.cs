namespace Foreman.Kubernetes;

/// <summary>A watch in progress, given up when it is silent for too long or should have ended long ago.</summary>
internal sealed class OpenedWatch<T> : IAsyncDisposable
    where T : class, IResource<T>
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly long _openedAt;
    private readonly CancellationTokenSource _silent = new();
    private readonly ITimer _patience;
    private readonly CancellationTokenSource _both;
    private readonly IAsyncEnumerator<WatchEvent<Observed<T>>> _events;

    /// <param name="open">Opens the watch.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="limit">How long it may last.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public OpenedWatch(
        Func<CancellationToken, IAsyncEnumerable<WatchEvent<Observed<T>>>> open, TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _time = time;
        _limit = limit;
        _openedAt = time.GetTimestamp();
        _patience = time.CreateTimer(_ => _silent.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silent.Token);
        _events = open(_both.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public TimeSpan Lasted => _time.GetElapsedTime(_openedAt);

    /// <summary>True when the watch ended because nothing came.</summary>
    public bool WasSilent => _silent.IsCancellationRequested;

    /// <summary>The next event, or null when the watch has ended.</summary>
    /// <param name="silence">How long to wait for it. The clock runs only while we wait, not while an event is worked on.</param>
    /// <param name="cancellationToken">Gives up with an exception.</param>
    public async ValueTask<WatchEvent<Observed<T>>?> NextAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        try
        {
            var more = _events.MoveNextAsync();
            if (more.IsCompleted)
            {
                return await more.ConfigureAwait(false) ? _events.Current : null;
            }

            var rest = _limit - Lasted;
            _patience.Change(rest > silence ? silence : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            var came = await more.ConfigureAwait(false);
            _patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return came ? _events.Current : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _patience.DisposeAsync().ConfigureAwait(false);
        await _events.DisposeAsync().ConfigureAwait(false);
        _both.Dispose();
        _silent.Dispose();
    }
}
