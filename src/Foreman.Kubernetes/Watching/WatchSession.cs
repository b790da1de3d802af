namespace Foreman.Kubernetes;

/// <summary>A watch in progress, ended when it is silent for too long or overdue.</summary>
internal sealed class WatchSession<T> : IAsyncDisposable
    where T : class, IResource<T>
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly long _openedAt;
    private readonly CancellationTokenSource _silence = new();
    private readonly ITimer _silenceTimer;
    private readonly CancellationTokenSource _both;
    private readonly IAsyncEnumerator<WatchEvent<Observed<T>>> _events;

    /// <param name="open">Opens the watch.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="limit">How long it may last.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public WatchSession(
        Func<CancellationToken, IAsyncEnumerable<WatchEvent<Observed<T>>>> open, TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _time = time;
        _limit = limit;
        _openedAt = time.GetTimestamp();
        _silenceTimer = time.CreateTimer(_ => _silence.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silence.Token);
        _events = open(_both.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public TimeSpan Lasted => _time.GetElapsedTime(_openedAt);

    /// <summary>True when the watch was ended because nothing was received.</summary>
    public bool WasSilent => _silence.IsCancellationRequested;

    /// <summary>The next event, or null when the watch has ended.</summary>
    /// <param name="silence">How long to wait for it; time spent on processing events does not count.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async ValueTask<WatchEvent<Observed<T>>?> NextAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        try
        {
            var moveNext = _events.MoveNextAsync();
            if (moveNext.IsCompleted)
            {
                return await moveNext.ConfigureAwait(false) ? _events.Current : null;
            }

            var rest = _limit - Lasted;
            _silenceTimer.Change(rest > silence ? silence : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            var received = await moveNext.ConfigureAwait(false);
            _silenceTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return received ? _events.Current : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _silenceTimer.DisposeAsync().ConfigureAwait(false);
        await _events.DisposeAsync().ConfigureAwait(false);
        _both.Dispose();
        _silence.Dispose();
    }
}
