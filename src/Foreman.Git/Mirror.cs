namespace Foreman.Git;

/// <summary>A bare copy of a repository on this host, as it was when it was last refreshed.</summary>
/// <param name="Address">Whose copy it is.</param>
/// <param name="GitDir">Where it lies.</param>
/// <param name="DefaultBranch">The branch that the server names as its own; null when it names none.</param>
/// <param name="Branches">Commit by branch.</param>
public sealed record Mirror(RepositoryAddress Address, string GitDir, string? DefaultBranch, IReadOnlyDictionary<string, string> Branches)
{
    /// <summary>True when contents of files are fetched only when they are needed.</summary>
    internal bool IsPartial { get; init; }

    /// <summary>True when its objects are named by SHA-256; false by SHA-1, or when it has none.</summary>
    internal bool IsSha256 => Branches.Values.Any(CommitName.IsSha256);
}

/// <summary>Bounds on the mirrors of a host.</summary>
public sealed record MirrorLimits
{
    /// <summary>Most bytes of all mirrors together, after a sweep; 0 sets no limit.</summary>
    public long MaxBytes { get; init; } = 20_000_000_000;

    /// <summary>Most bytes of one mirror; a repository that is larger is refused.</summary>
    public long MaxRepositoryBytes { get; init; } = 10L << 30;

    /// <summary>How long a mirror that nobody uses is kept; zero sets no limit.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Most packs of one mirror; more are packed into one.</summary>
    public int MaxPacks { get; init; } = 40;
}
