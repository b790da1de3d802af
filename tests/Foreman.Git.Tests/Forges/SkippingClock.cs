namespace Foreman.Git.Tests.Forges;

/// <summary>A clock on which every wait of less than an hour is over at once; longer ones never are.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private long _ticks;

    /// <summary>All waits together.</summary>
    internal TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Moves the clock on.</summary>
    internal void Pass(TimeSpan time) => _ = Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime < TimeSpan.FromHours(1))
        {
            Pass(dueTime);
            _ = ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
