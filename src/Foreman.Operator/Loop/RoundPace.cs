namespace Foreman.Operator.Loop;

/// <summary>
/// How closely rounds of decisions follow each other. A change that comes while the loop sleeps starts a round at once; those that come during a round or in
/// the rest after it are looked at together in the next one.
/// </summary>
internal static class RoundPace
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    /// <summary>Rest after a round that took no longer than this.</summary>
    public static TimeSpan ShortestRest { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Rest after a round that took this long, or longer.</summary>
    public static TimeSpan LongestRest { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The rest after a round: as long as the round took, within both bounds, so that deciding takes half of a core at most while rounds are short.</summary>
    /// <param name="took">How long the round took.</param>
    public static TimeSpan RestAfter(TimeSpan took) => took < ShortestRest ? ShortestRest : took > LongestRest ? LongestRest : took;

    /// <summary>How long the loop sleeps when nothing changes: until the first of several times, 30 s at most, and 1 ms when one is past.</summary>
    /// <param name="uptime">Uptime now.</param>
    /// <param name="due">Uptime at which the scheduler must decide again; null for never.</param>
    /// <param name="expiry">Time until an assumption ends by itself; null when none does.</param>
    public static TimeSpan Sleep(TimeSpan uptime, TimeSpan? due, TimeSpan? expiry)
    {
        var sleep = new[] { (due - uptime) ?? LongestSleep, expiry ?? LongestSleep, LongestSleep }.Min();
        return sleep > ShortestSleep ? sleep : ShortestSleep;
    }
}
