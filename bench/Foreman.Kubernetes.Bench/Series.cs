namespace Foreman.Kubernetes.Bench;

/// <summary>What a series of numbers comes to.</summary>
internal static class Series
{
    public static double Median(IEnumerable<double> numbers) => Quantile(numbers, 0.5);

    /// <summary>Nearest rank: always a number that was really measured.</summary>
    public static double Quantile(IEnumerable<double> numbers, double part)
    {
        var sorted = numbers.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}
