namespace Foreman.Kubernetes;

/// <summary>
/// How long a key waits after a failure: the base, doubled with each failure in a row, up to the maximum. After the last of
/// the <see cref="Retries"/> it is not dropped but retried each time after the maximum.
/// </summary>
public sealed record RetryBackoff
{
    // More doublings of a tick would overflow.
    private const int MostDoublings = 62;

    /// <summary>Wait after the first failure. Default 5 ms, more than zero.</summary>
    public TimeSpan Base { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest wait, also between attempts after the last retry. Default 1000 s, at least the base.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(1000);

    /// <summary>Failures in a row that are retried with growing waits, then with the maximum. Default 15, at least 0.</summary>
    public int Retries { get; init; } = 15;

    /// <summary>Share of a wait that jitter may take off, so that keys that failed together don't come back together. Default 0.1; from 0 to 1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>The wait after a failure; never longer than <see cref="Max"/>.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="jitter">A number from 0 up to 1.</param>
    public TimeSpan Delay(int failures, double jitter)
    {
        var doubled = failures > Retries ? double.PositiveInfinity : Base.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings));
        return TimeSpan.FromTicks((long)(Math.Min(doubled, Max.Ticks) * (1 - (Jitter * jitter))));
    }

    /// <summary>Whether a key that failed so often in a row has used up its retries.</summary>
    /// <param name="failures">Failures in a row.</param>
    public bool IsExhausted(int failures) => failures > Retries;

    /// <summary>The option that is out of range; null when all are valid.</summary>
    internal string? ValidationError =>
        Base <= TimeSpan.Zero || Max < Base
            ? $"the waits after failures go from {Base} to {Max}: give a base above zero and a maximum that is at least the base"
            : Retries < 0 || Jitter is not (>= 0 and <= 1)
                ? $"Retries is {Retries} and Jitter {Jitter}: give at least 0 retries and a jitter from 0 to 1"
                : null;
}
