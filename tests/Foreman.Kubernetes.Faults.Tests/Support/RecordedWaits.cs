namespace Foreman.Kubernetes.Faults.Tests.Support;

/// <summary>A virtual clock that remembers for how long it was asked to wait: so a test sees a backoff without any race.</summary>
internal sealed class RecordedWaits(ManualTimeProvider clock) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _asked = [];
    private int _served;

    /// <summary>The clock behind it, to be moved.</summary>
    public ManualTimeProvider Clock => clock;

    /// <summary>All waits asked for so far, in order; endless ones are none.</summary>
    public IReadOnlyList<TimeSpan> Asked
    {
        get
        {
            lock (_lock)
            {
                return [.. _asked];
            }
        }
    }

    public override long TimestampFrequency => Clock.TimestampFrequency;

    public override long GetTimestamp() => Clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = Clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            lock (_lock)
            {
                _asked.Add(dueTime);
            }
        }

        return timer;
    }

    /// <summary>
    /// Waits (real time) for the next wait that is asked for and fits, and lets it pass: the clock moves by just that much.
    /// So nothing that is still under way can be overtaken by the clock.
    /// </summary>
    public async Task<TimeSpan> PassNextAsync(Func<TimeSpan, bool> fits, string what)
    {
        TimeSpan? next = null;
        await Eventually.TrueAsync(() => (next = Next(fits)) is not null, what);
        Clock.Advance(next!.Value);
        return next.Value;
    }

    /// <summary>Lets the next wait pass that was asked for and fits; false when there is none yet.</summary>
    public bool TryPassNext(Func<TimeSpan, bool> fits)
    {
        if (Next(fits) is not { } next)
        {
            return false;
        }

        Clock.Advance(next);
        return true;
    }

    /// <summary>True when a wait that fits was asked for and has not passed.</summary>
    public bool HasNext(Func<TimeSpan, bool> fits)
    {
        lock (_lock)
        {
            return _asked.Skip(_served).Any(fits);
        }
    }

    private TimeSpan? Next(Func<TimeSpan, bool> fits)
    {
        lock (_lock)
        {
            while (_served < _asked.Count)
            {
                var asked = _asked[_served++];
                if (fits(asked))
                {
                    return asked;
                }
            }

            return null;
        }
    }
}
