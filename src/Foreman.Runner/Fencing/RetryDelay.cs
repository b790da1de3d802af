using Foreman.Primitives;

namespace Foreman.Runner.Fencing;

/// <summary>How long to wait before a request is repeated. Pure.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly Backoff Waits = new(First, TimeSpan.FromSeconds(15)) { LeastFactor = 0.5, MostFactor = 1 };

    /// <summary>Doubles from 0.1 s to 15 s, spread by half, and never shorter than the server asks.</summary>
    /// <param name="tries">Failed tries so far, from 1.</param>
    /// <param name="retryAfter">What the server asks for; null when it doesn't.</param>
    /// <param name="jitter">From 0 up to, not including, 1.</param>
    public static TimeSpan After(int tries, TimeSpan? retryAfter, double jitter)
    {
        var spread = Waits.Delay(tries, jitter);
        return retryAfter is { } asked && asked > spread ? asked + (First * jitter) : spread;
    }
}

/// <summary>Random numbers for several threads, from one seed.</summary>
internal sealed class Jitter(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>From 0 up to, not including, 1.</summary>
    public double Next()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
