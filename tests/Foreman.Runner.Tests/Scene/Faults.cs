using System.Collections.Concurrent;

namespace Foreman.Runner.Tests.Scene;

/// <summary>Throws at the n-th point that a run passes, once or from there on until it is mended.</summary>
/// <param name="at">Which point, from 1; 0 throws nowhere.</param>
/// <param name="make">What is thrown.</param>
internal sealed class Faults(int at, Func<Exception> make)
{
    private readonly ConcurrentQueue<string> _passed = [];
    private int _count;
    private volatile bool _mended;

    /// <summary>Throws from the n-th point on, at those points only whose name begins so; null throws once.</summary>
    public string? LastingAt { get; init; }

    /// <summary>What happens there instead of a throw; null throws.</summary>
    public Action? Instead { get; set; }

    /// <summary>Points that were passed so far.</summary>
    public int Count => _count;

    /// <summary>Names of the points, in order.</summary>
    public IReadOnlyCollection<string> Passed => _passed;

    public void Mend() => _mended = true;

    /// <summary>A point at which something may fail.</summary>
    public void Point(string name)
    {
        _passed.Enqueue(name);
        var number = Interlocked.Increment(ref _count);
        var hits = LastingAt is null ? number == at : number >= at && name.StartsWith(LastingAt, StringComparison.Ordinal);
        if (at > 0 && hits && !_mended)
        {
            (Instead ?? (() => throw make()))();
        }
    }
}

/// <summary>A clock that runs two hundred times as fast and can fail.</summary>
internal sealed class FaultyClock(Faults faults) : TimeProvider
{
    private const int Factor = 200;
    private static readonly DateTimeOffset Start = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private readonly long _begun = System.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        faults.Point("clock: now");
        return Start + Elapsed;
    }

    public override long GetTimestamp()
    {
        faults.Point("clock: timestamp");
        return Elapsed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        faults.Point("clock: timer");
        return new FastTimer(System.CreateTimer(callback, state, Fast(dueTime), Fast(period)));
    }

    private TimeSpan Elapsed => System.GetElapsedTime(_begun) * Factor;

    private static TimeSpan Fast(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Factor;

    private sealed class FastTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Fast(dueTime), Fast(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
