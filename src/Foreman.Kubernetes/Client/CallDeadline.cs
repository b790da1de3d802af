namespace Foreman.Kubernetes;

/// <summary>
/// Ends a call when its time is over or its caller gives up, and tells the two apart. The time can be stopped, but for that
/// of a fence.
/// </summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _caller;
    private readonly FencedCall? _fenced;

    public CallDeadline(TimeSpan limit, TimeProvider time, FencedCall? fenced, CancellationToken caller)
    {
        caller.ThrowIfCancellationRequested();
        Limit = limit;
        _caller = caller;
        _fenced = fenced;
        _source = new CancellationTokenSource(fenced?.Limit(limit) ?? limit, time);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public TimeSpan Limit { get; }

    public CancellationToken Token => _source.Token;

    public bool CallerGaveUp => _caller.IsCancellationRequested;

    /// <summary>True when the time was over, or the caller gave up.</summary>
    public bool Ended => _source.IsCancellationRequested;

    public void Stop() => Change(_fenced?.Limit(TimeSpan.FromDays(1)) ?? Timeout.InfiniteTimeSpan);

    /// <summary>The time begins anew.</summary>
    public void Restart() => Change(_fenced?.Limit(Limit) ?? Limit);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

#pragma warning disable RS0030 // The source was made with the clock, so its timer is the clock's.
    private void Change(TimeSpan limit) => _source.CancelAfter(limit);
#pragma warning restore RS0030
}
