namespace Foreman.Git;

/// <summary>Work that is put onto a commit.</summary>
public sealed record JoinRequest
{
    /// <summary>All digits of the commit that is built on.</summary>
    public required string Onto { get; init; }

    /// <summary>
    /// A commit with the files of <see cref="Onto"/> that descends from all work joined so far, as the join before gave it; null for the first. What a tip shares
    /// with that is told by it: <see cref="Onto"/> keeps no history of the work that it holds.
    /// </summary>
    public string? History { get; init; }

    /// <summary>All digits of the commit whose work is taken: all that it has and <see cref="Onto"/> lacks.</summary>
    public required string Tip { get; init; }

    /// <summary>The commit that is made; its one parent is <see cref="Onto"/>.</summary>
    public required CommitRequest Commit { get; init; }
}

/// <summary>A file that differs between two commits.</summary>
/// <param name="Path">From the top of the repository, with slashes; bytes that are no UTF-8 are shown as U+FFFD.</param>
/// <param name="Kind">What happened to it; a renamed file is one that is deleted and one that is added.</param>
/// <param name="IsSubmodule">True when it is, or was, the pin of a submodule.</param>
public sealed record JoinedFile(string Path, ChangeKind Kind, bool IsSubmodule = false);

/// <summary>A file that can't be joined.</summary>
/// <param name="Path">From the top of the repository.</param>
/// <param name="Line">The first line that both sides change, from 1; null when they differ in more than lines, as when one side removes the file.</param>
public sealed record JoinConflict(string Path, int? Line);

/// <summary>What became of work that was to be joined.</summary>
public abstract record JoinResult
{
    private JoinResult()
    {
    }

    /// <summary>A commit was made; no branch names it yet.</summary>
    /// <param name="Sha">Its name.</param>
    /// <param name="Files">What it changes.</param>
    /// <param name="History">For the next <see cref="JoinRequest.History"/>; it is never published.</param>
    public sealed record Joined(string Sha, IReadOnlyList<JoinedFile> Files, string History) : JoinResult;

    /// <summary>All of the work is there already; no commit was made.</summary>
    /// <param name="History">For the next <see cref="JoinRequest.History"/>; it is never published.</param>
    public sealed record NothingChanged(string History) : JoinResult;

    /// <summary>Both sides change the same; no commit was made.</summary>
    /// <param name="Files">Where, at least one.</param>
    public sealed record Conflicts(IReadOnlyList<JoinConflict> Files) : JoinResult;

    /// <summary>Both have no common commit; none was made.</summary>
    public sealed record Unrelated : JoinResult;

    /// <summary>The work holds keys or tokens; no commit was made.</summary>
    /// <param name="Findings">Where they are, at most 50.</param>
    public sealed record SecretsFound(IReadOnlyList<SecretFinding> Findings) : JoinResult;
}
