namespace Foreman.Schedules;

/// <summary>Whole minutes.</summary>
internal static class Minutes
{
    /// <summary>The minute that a moment lies in, in UTC.</summary>
    public static DateTimeOffset Floor(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <summary>Minutes since 1970.</summary>
    public static long SinceEpoch(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}
