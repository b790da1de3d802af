namespace Foreman.Kubernetes;

/// <summary>
/// Delays all calls of a client while its server asks to wait (Retry-After): the server limits the calls of a client
/// together.
/// </summary>
internal sealed class RetryAfterGate(TimeProvider time)
{
    /// <summary>Least wait, so that a Retry-After of 0 does not become a busy loop.</summary>
    public static readonly TimeSpan MinimumWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _blockedAt;
    private TimeSpan _wait;

    /// <summary>How long calls must still wait; zero when they need not.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                return _wait == TimeSpan.Zero ? TimeSpan.Zero : RemainingUnderLock();
            }
        }
    }

    /// <summary>Delays calls from now on.</summary>
    public void Block(TimeSpan wait)
    {
        wait = wait < MinimumWait ? MinimumWait : wait;
        lock (_lock)
        {
            // A shorter Retry-After of another response does not shorten this wait.
            if (wait > RemainingUnderLock())
            {
                _blockedAt = time.GetTimestamp();
                _wait = wait;
            }
        }
    }

    private TimeSpan RemainingUnderLock()
    {
        var left = _wait - time.GetElapsedTime(_blockedAt);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        _wait = TimeSpan.Zero;
        return TimeSpan.Zero;
    }
}
