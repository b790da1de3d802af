namespace Foreman.Runner.Retention;

/// <summary>How long what runs leave on a host is kept.</summary>
/// <param name="MaxAge">Unchanged for longer, it is removed; zero sets no limit.</param>
/// <param name="MaxBytes">More in all, the oldest are removed; 0 sets no limit.</param>
public sealed record RetentionPolicy(TimeSpan MaxAge, long MaxBytes)
{
    /// <summary>
    /// What changed within this time is never removed for its size: the run may be another process's, and who wants its
    /// files has had no time to fetch them.
    /// </summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromHours(1);

    /// <summary>A week and 20 GB (10⁹ bytes each).</summary>
    public static RetentionPolicy Default { get; } = new(TimeSpan.FromDays(7), 20_000_000_000);
}

/// <summary>What an attempt left on this host.</summary>
/// <param name="Paths">Files and folders that belong together and are removed together.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="ChangedAt">When any of them changed last.</param>
/// <param name="IsInUse">True while the attempt runs here.</param>
internal sealed record RunFiles(IReadOnlyList<string> Paths, long Bytes, DateTimeOffset ChangedAt, bool IsInUse);
