namespace Foreman.Primitives;

/// <summary>Exponential waits between tries: doubled from the first to the longest, then spread by jitter.</summary>
/// <param name="First">Wait after the first failure, before jitter.</param>
/// <param name="Longest">Bound of the wait, before jitter.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    private const int MostDoublings = 30;

    /// <summary>Factor at jitter 0; 0.8 unless set.</summary>
    public double LeastFactor { get; init; } = 0.8;

    /// <summary>Factor at jitter 1; 1.2 unless set.</summary>
    public double MostFactor { get; init; } = 1.2;

    /// <summary>The wait after a failure.</summary>
    /// <param name="failures">Failures in a row, from 1; less counts as 1.</param>
    /// <param name="jitter">A number from 0 up to 1 that spreads the waits of many clients.</param>
    public TimeSpan Delay(int failures, double jitter)
    {
        var doubled = First.TotalSeconds * Math.Pow(2, Math.Clamp(failures, 1, MostDoublings) - 1);
        var bounded = Math.Min(doubled, Longest.TotalSeconds);
        return Spread(TimeSpan.FromSeconds(bounded), jitter);
    }

    /// <summary>A wait with the jitter of these waits.</summary>
    /// <param name="wait">The wait before jitter.</param>
    /// <param name="jitter">A number from 0 up to 1.</param>
    public TimeSpan Spread(TimeSpan wait, double jitter) => wait * (LeastFactor + ((MostFactor - LeastFactor) * jitter));
}
