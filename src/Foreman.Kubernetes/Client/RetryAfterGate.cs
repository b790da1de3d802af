namespace Foreman.Kubernetes;

/// <summary>
/// Holds back the calls of a client while its server has asked to wait. The answer to one call is taken for all: the server
/// counts them together.
/// </summary>
internal sealed class RetryAfterGate(TimeProvider time)
{
    /// <summary>Least wait after an answer that asks for one, so that "0 seconds" does not become a loop.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _shutAt;
    private TimeSpan _wait;

    /// <summary>How long the server yet wants to be left alone; zero when it does not.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                return _wait == TimeSpan.Zero ? TimeSpan.Zero : LeftUnderLock();
            }
        }
    }

    /// <summary>The server asks to wait from now on.</summary>
    public void Shut(TimeSpan wait)
    {
        wait = wait < Shortest ? Shortest : wait;
        lock (_lock)
        {
            // A shorter wait that another answer asks for does not shorten this one.
            if (wait > LeftUnderLock())
            {
                _shutAt = time.GetTimestamp();
                _wait = wait;
            }
        }
    }

    private TimeSpan LeftUnderLock()
    {
        var left = _wait - time.GetElapsedTime(_shutAt);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        _wait = TimeSpan.Zero;
        return TimeSpan.Zero;
    }
}
