namespace Foreman.Testing;

/// <summary>
/// The system's clock, of which a test skips what it would only wait for: timestamps, the time of day and timers go on as far as that at once, and from there at their
/// own pace. Unlike a <see cref="ManualTimeProvider"/>, it never stands.
/// </summary>
public sealed class SkippingTimeProvider : TimeProvider
{
    // The system's timers go by a clock that is read every few milliseconds only.
    private static readonly TimeSpan SystemEarliness = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly HashSet<SkippedTimer> _timers = [];
    private long _skippedTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    private TimeSpan Skipped => new(Volatile.Read(ref _skippedTicks));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Skipped;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + (long)(Skipped.TotalSeconds * TimestampFrequency);

    /// <summary>Moves the clock on; timers that are due by then fire at once.</summary>
    /// <param name="by">How far.</param>
    public void Skip(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_gate)
        {
            Volatile.Write(ref _skippedTicks, _skippedTicks + by.Ticks);
            foreach (var timer in _timers)
            {
                timer.Resume();
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer of the system, set anew whenever time is skipped.</summary>
    private sealed class SkippedTimer : ITimer
    {
        private readonly SkippingTimeProvider _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private long? _due;

        public SkippedTimer(SkippingTimeProvider clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _timer = System.CreateTimer(static timer => ((SkippedTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                _period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetTimestamp() + Ticks(dueTime);
                if (_due is null)
                {
                    _clock._timers.Remove(this);
                }
                else
                {
                    _clock._timers.Add(this);
                }

                return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }

        public void Resume()
        {
            var left = _clock.GetElapsedTime(_clock.GetTimestamp(), _due!.Value);
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _due = null;
                _clock._timers.Remove(this);
                _timer.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * System.TimestampFrequency);

        private void Fire()
        {
            lock (_clock._gate)
            {
                if (_due is not { } due)
                {
                    return;
                }

                // Set to a later time while this was on its way.
                if (_clock.GetElapsedTime(_clock.GetTimestamp(), due) > SystemEarliness)
                {
                    Resume();
                    return;
                }

                if (_period == Timeout.InfiniteTimeSpan)
                {
                    _due = null;
                    _clock._timers.Remove(this);
                }
                else
                {
                    _due = Math.Max(due + Ticks(_period), _clock.GetTimestamp());
                    Resume();
                }
            }

            _callback(_state);
        }
    }
}
