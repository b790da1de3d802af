namespace Foreman.Kubernetes;

/// <summary>Waits between attempts: 0.8 s, doubled up to 30 s, each made up to a fifth shorter or longer by jitter.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a failure.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="jitter">A number from 0 up to 1 that spreads the waits of many clients.</param>
    public static TimeSpan Delay(int failures, double jitter)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        return (doubled < Last ? doubled : Last) * (0.8 + (0.4 * jitter));
    }
}
