namespace Foreman.AgentLoop.Model;

/// <summary>
/// Cancels a token when nothing has happened for a while. A total timeout would punish slow models; silence is what
/// tells a dead one.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _extends = true;

    internal Watchdog(TimeProvider time, CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the time is over, or by the outer token.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>True when it was the time, not the outer token.</summary>
    internal bool Fired { get; private set; }

    /// <summary>Starts the countdown anew.</summary>
    /// <param name="period">How long silence may last.</param>
    /// <param name="extends">Whether <see cref="Touch"/> starts it again.</param>
    internal void Arm(TimeSpan period, bool extends = true)
    {
        (_period, _extends) = (period, extends);
        _ = _timer.Change(period, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A sign of life.</summary>
    internal void Touch()
    {
        if (_extends)
        {
            _ = _timer.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Fire()
    {
        Fired = true;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer was complete in the same moment.
        }
    }
}
