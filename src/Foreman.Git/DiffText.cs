namespace Foreman.Git;

/// <summary>What a diff begins at.</summary>
public enum DiffFrom
{
    /// <summary>The last commit of the branch: what is not committed yet.</summary>
    Head,

    /// <summary>Where the branch left its base: everything that the branch does.</summary>
    Base,
}

/// <summary>Which diff.</summary>
public sealed record DiffRequest
{
    /// <summary>What it begins at.</summary>
    public DiffFrom From { get; init; } = DiffFrom.Base;

    /// <summary>True to end at the last commit, false to end at the files as they are.</summary>
    public bool CommittedOnly { get; init; }

    /// <summary>Most bytes of text, from 1.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>Files and folders that count as unchanged since the last commit, such as a task's inputs.</summary>
    public IReadOnlyList<string> Leave { get; init; } = [];

    /// <summary>Only these files and folders; all when empty.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Values that must not be in the text, as <see cref="ICredentialBroker.Secrets"/>: lines with one, or with what looks like a key, are left out of it. Null leaves none out.</summary>
    public IReadOnlyCollection<string>? Secrets { get; init; }
}

/// <summary>A diff for people and prompts.</summary>
/// <param name="Text">The unified diff, what could steer a terminal escaped; at most the bytes asked for.</param>
/// <param name="Truncated">True when there is more.</param>
/// <param name="Files">All files of the diff, also those that the text does not reach.</param>
public sealed record DiffText(string Text, bool Truncated, IReadOnlyList<FileChange> Files)
{
    /// <summary>Lines that are new.</summary>
    public long Added => Files.Sum(f => (long)f.Added);

    /// <summary>Lines that are gone.</summary>
    public long Deleted => Files.Sum(f => (long)f.Deleted);
}
