using System.Diagnostics.CodeAnalysis;

namespace Foreman.Testing;

/// <summary>
/// A clock that moves only when a test moves it. Timers fire in the order of their due times, on the thread that calls
/// <see cref="Advance"/>, with the clock standing at each timer's own due time.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    // Eight timestamps to a tick and an origin that is not zero: code that takes a timestamp for ticks,
    // or for a time of day, gets a wrong answer here instead of a right one by luck.
    private const long TimestampsPerTick = 8;
    private const long TimestampOrigin = 1_234_567_891;

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _elapsedTicks;
    private long _wallOffsetTicks;
    private long _order;

    /// <summary>A clock that starts at an arbitrary fixed time.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2031, 3, 14, 1, 59, 26, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond * TimestampsPerTick;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Time passed since this clock was made.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _elapsedTicks));

    /// <summary>How many timers wait for a due time.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Elapsed + new TimeSpan(Volatile.Read(ref _wallOffsetTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() => TimestampOrigin + (Elapsed.Ticks * TimestampsPerTick);

    /// <summary>Moves the time of day alone, as when a host's clock is set: timers and timestamps do not notice.</summary>
    public void SetWallClock(DateTimeOffset now) => Volatile.Write(ref _wallOffsetTicks, (now - start - Elapsed).Ticks);

    /// <summary>Moves the clock on and fires what falls due, oldest due time first.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Elapsed + by;
        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref _elapsedTicks, target.Ticks);
    }

    /// <summary>
    /// Moves the clock in steps until the condition holds, giving other threads a real moment between the steps.
    /// After <paramref name="limit"/> of virtual time the clock stands, and the condition has a real deadline to come true: what is due may
    /// still have to be done.
    /// </summary>
    public async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step, TimeSpan limit, string what)
    {
        var end = Elapsed + limit;
        while (!await Eventually.WithinAsync(condition, TimeSpan.FromMilliseconds(20)))
        {
            if (Elapsed >= end)
            {
                await Eventually.TrueAsync(condition, $"{what}, after {limit} of virtual time");
                return;
            }

            Advance(step);
        }
    }

    /// <summary>Waits (real time, with a deadline) until at least so many timers wait on this clock.</summary>
    public async Task WaitForTimersAsync(int count, TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_timers.Count >= count)
                {
                    return;
                }

                changed = _timersChanged.Task;
            }

            await deadline.WaitAsync(changed, () => $"{count} timers waiting on the clock (there are {PendingTimers})");
        }
    }

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2000", Justification = "Ownership goes to the caller.")]
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextDue(TimeSpan target)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.Due <= target).OrderBy(t => t.Due).ThenBy(t => t.Order).FirstOrDefault();
            if (next is null)
            {
                return null;
            }

            if (next.Due > Elapsed)
            {
                Volatile.Write(ref _elapsedTicks, next.Due.Ticks);
            }

            if (next.Period is { } period)
            {
                next.Due += period;
                next.Order = ++_order;
            }
            else
            {
                _timers.Remove(next);
            }

            return next;
        }
    }

    private void Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = Elapsed + dueTime;
            timer.Period = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period;
            timer.Order = ++_order;
            _timers.Add(timer);
            var changed = _timersChanged;
            _timersChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
        }

        if (dueTime == TimeSpan.Zero)
        {
            Advance(TimeSpan.Zero);
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan? Period { get; set; }

        public long Order { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Schedule(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
