namespace Foreman.Bench;

/// <summary>What a series of times comes to, in milliseconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">99 of 100 are not longer.</param>
/// <param name="Best">The shortest.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Percentiles(double P50, double P99, double Best, int Count)
{
    public static Percentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(t => t.TotalMilliseconds).Order().ToArray();
        return new(At(sorted, 0.50), At(sorted, 0.99), sorted[0], sorted.Length);
    }

    // Nearest rank: always a time that was really measured.
    private static double At(double[] sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
}
