namespace Foreman.Runner.Progress;

/// <summary>
/// How often progress may be written. A write stores the whole object anew, prompt included, so that large tasks report
/// less often. Pure.
/// </summary>
internal static class ProgressPacer
{
    /// <summary>Least time between two writes.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(2);

    /// <summary>Most bytes of stored object that one run may cause in a second, on average.</summary>
    public const int BytesPerSecond = 1024;

    /// <summary>How long to wait before the next write; zero to write now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="last">The write before: the claim, or progress.</param>
    /// <param name="objectBytes">Size of the stored object as JSON.</param>
    public static TimeSpan Decide(DateTimeOffset now, DateTimeOffset last, int objectBytes)
    {
        var bySize = TimeSpan.FromSeconds((double)objectBytes / BytesPerSecond);
        var due = last + (bySize > LeastInterval ? bySize : LeastInterval);
        return due > now ? due - now : TimeSpan.Zero;
    }
}
