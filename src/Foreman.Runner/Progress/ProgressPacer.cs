namespace Foreman.Runner.Progress;

/// <summary>
/// How often progress may be written. A write stores the whole object anew, prompt included, so that large tasks report
/// less often. Pure.
/// </summary>
internal static class ProgressPacer
{
    /// <summary>Least time between two writes.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Most time between two writes, however large the object and wherever the clock was set: the operator takes a run back whose
    /// progress has not changed for a little over 600 s, and a write that fails must leave time for a second one.
    /// </summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(300);

    /// <summary>Most bytes of stored object that one run may cause in a second, on average, for objects of up to 300 KiB.</summary>
    public const int BytesPerSecond = 1024;

    /// <summary>How long to wait before the next write; zero to write now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="last">The write before: the claim, or progress.</param>
    /// <param name="objectBytes">Size of the stored object as JSON.</param>
    public static TimeSpan Decide(DateTimeOffset now, DateTimeOffset last, int objectBytes)
    {
        var bySize = TimeSpan.FromSeconds((double)objectBytes / BytesPerSecond);
        var interval = bySize < LeastInterval ? LeastInterval : bySize > LongestInterval ? LongestInterval : bySize;
        var wait = last + interval - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestInterval ? LongestInterval : wait;
    }
}
