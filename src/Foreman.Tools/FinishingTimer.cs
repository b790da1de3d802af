namespace Foreman.Tools;

/// <summary>Gives a tool that changes files a little time to finish when its run is stopped, then cancels its call.</summary>
internal sealed class FinishingTimer : IDisposable
{
    /// <summary>From the stop of the run to the cancellation of the call.</summary>
    internal static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    // Not disposed: its timer may just be firing.
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _registration;

    /// <param name="time">The clock.</param>
    /// <param name="run">The run; a token that is never cancelled gives one that isn't either.</param>
    internal FinishingTimer(TimeProvider time, CancellationToken run)
    {
        _timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), _source, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = run.Register(static timer => ((ITimer)timer!).Change(Time, Timeout.InfiniteTimeSpan), _timer);
    }

    /// <summary>Cancelled when the time is over.</summary>
    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
