namespace Foreman.Kubernetes;

/// <summary>
/// Cancels a call on its timeout or on its caller's cancellation, and distinguishes the two. The timeout can be paused,
/// except for the time that a fence leaves.
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

    public bool IsCanceledByCaller => _caller.IsCancellationRequested;

    /// <summary>True after the timeout or the caller's cancellation.</summary>
    public bool IsCanceled => _source.IsCancellationRequested;

    public void Pause() => SetTimeout(_fenced?.Limit(TimeSpan.FromDays(1)) ?? Timeout.InfiniteTimeSpan);

    /// <summary>Starts the timeout again.</summary>
    public void Restart() => SetTimeout(_fenced?.Limit(Limit) ?? Limit);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

#pragma warning disable RS0030 // The source was made with the clock, so its timer is the clock's.
    private void SetTimeout(TimeSpan limit) => _source.CancelAfter(limit);
#pragma warning restore RS0030
}
