namespace Foreman.Runner.Fencing;

/// <summary>How long to wait before a request is repeated. Pure.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Doubles from 0.1 s to 15 s, spread by half, and never shorter than the server asks.</summary>
    /// <param name="tries">Failed tries so far, from 1.</param>
    /// <param name="retryAfter">What the server asks for; null when it doesn't.</param>
    /// <param name="jitter">From 0 up to, not including, 1.</param>
    public static TimeSpan After(int tries, TimeSpan? retryAfter, double jitter)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(tries - 1, 0, 16));
        var bounded = doubled < Longest ? doubled : Longest;
        var spread = bounded * (0.5 + (jitter / 2));
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
