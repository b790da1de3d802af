namespace Foreman.AgentLoop.Model;

/// <summary>
/// Cancels a token when nothing has happened for a while. A total timeout would punish slow models; silence is what
/// tells a dead one.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly Action? _touched;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _extends = true;

    /// <param name="time">The clock of the countdown.</param>
    /// <param name="touched">Called at each sign of life; null for none.</param>
    /// <param name="outer">Cancels the token too.</param>
    internal Watchdog(TimeProvider time, Action? touched, CancellationToken outer)
    {
        _touched = touched;
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
        _touched?.Invoke();
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
