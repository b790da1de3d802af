namespace Foreman.Operator.Loop;

/// <summary>
/// How many writes wait and are under way. What has no room in its lane is decided again when there is some (assignments, explanations) or pushes the oldest
/// out (events, results' mirrors); what a plan holds at most once for each object needs no bound (status of hosts, deletions, tasks that are taken back).
/// </summary>
internal static class Backpressure
{
    /// <summary>Writes under way at once, so assignments too.</summary>
    public const int AtOnce = 32;

    /// <summary>Most of them that are not of the first lane.</summary>
    public const int AtOnceBelowFirst = 24;

    /// <summary>Most waiting tasks that one plan tells something else than they say; the rest follow in the next plans, so that no round takes long for a change that concerns many.</summary>
    public const int RefreshedAtOnce = 32;

    /// <summary>Most results' mirrors under way at once: each may take 60 s and several MiB.</summary>
    public const int MirrorsAtOnce = 1;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Most writes of a lane that wait; null where none is left out.</summary>
    /// <param name="lane">The lane.</param>
    public static int? MostQueued(WriteLane lane) => lane switch
    {
        WriteLane.Assignment or WriteLane.Explanation => 1024,
        WriteLane.Event => 4096,
        WriteLane.Mirror => 16_384,
        _ => null,
    };

    /// <summary>True for a lane whose decisions are left out of a plan while it is full.</summary>
    /// <param name="lane">The lane.</param>
    public static bool LeavesOut(WriteLane lane) => lane is WriteLane.Assignment or WriteLane.Explanation;

    /// <summary>How many more writes may be queued in a lane; never below zero.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="queued">How many wait there.</param>
    public static int Room(WriteLane lane, int queued) => MostQueued(lane) is { } most ? Math.Max(0, most - queued) : int.MaxValue;

    /// <summary>True while more than half of a lane's room is taken; decisions that were left out are made again when it is not.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="queued">How many writes wait there.</param>
    public static bool IsCrowded(WriteLane lane, int queued) => queued > MostQueued(lane) / 2;

    /// <summary>True for a lane that waits alone when the server refuses one of its writes: servers limit events by themselves, and mirrors must hold nothing else up.</summary>
    /// <param name="lane">The lane.</param>
    public static bool WaitsAlone(WriteLane lane) => lane is WriteLane.Event or WriteLane.Mirror;

    /// <summary>How long nothing is sent after a refusal: 1 s at least, 60 s at most.</summary>
    /// <param name="asked">What the server asks for.</param>
    public static TimeSpan Pause(TimeSpan asked) => asked < ShortestPause ? ShortestPause : asked > LongestPause ? LongestPause : asked;
}
