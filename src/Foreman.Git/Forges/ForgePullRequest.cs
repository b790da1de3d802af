namespace Foreman.Git.Forges;

/// <summary>A pull request (on GitLab a merge request), as text from outside: whoever shows it to a model marks it as data.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Its text within the limit; ends with a mark when it was cut.</param>
public sealed record ForgePullRequest(long Number, string Title, string Body)
{
    /// <summary><c>open</c>, <c>closed</c> or <c>merged</c>.</summary>
    public required string State { get; init; }

    /// <summary>True when it is marked as not ready.</summary>
    public required bool IsDraft { get; init; }

    /// <summary>Who opened it; empty when the account is gone.</summary>
    public required string Author { get; init; }

    /// <summary>Where people read it.</summary>
    public required string Url { get; init; }

    /// <summary>Names of its labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Full name of the repository that the head lies in; null when that is gone, or the forge only told its id.</summary>
    public string? HeadRepository { get; init; }

    /// <summary>The branch to be merged.</summary>
    public required string Head { get; init; }

    /// <summary>Its tip.</summary>
    public required string HeadSha { get; init; }

    /// <summary>The branch to merge into.</summary>
    public required string Base { get; init; }

    /// <summary>The commit that the diff begins at; empty when the forge did not tell.</summary>
    public string BaseSha { get; init; } = "";

    /// <summary>True when the head lies in another repository.</summary>
    public bool IsFromFork { get; init; }

    /// <summary>The changed files within the limit.</summary>
    public IReadOnlyList<ForgeFile> Files { get; init; } = [];

    /// <summary>True when there are more files.</summary>
    public bool FilesAreCut { get; init; }

    /// <summary>The diff within the limit; ends with a mark when it was cut.</summary>
    public string Diff { get; init; } = "";

    /// <summary>Comments on the whole and on lines, the newest that fit the limit, oldest first.</summary>
    public ForgeComments Comments { get; init; } = ForgeComments.None;

    /// <summary>Reviews in order; on GitLab the approvals.</summary>
    public IReadOnlyList<ForgeReview> Reviews { get; init; } = [];
}

/// <summary>A changed file.</summary>
/// <param name="Path">Its path in the head.</param>
/// <param name="Status"><c>added</c>, <c>modified</c>, <c>removed</c>, <c>renamed</c>, or another word of the forge.</param>
/// <param name="Additions">Lines added; null when the forge does not count them.</param>
/// <param name="Deletions">Lines removed; null when the forge does not count them.</param>
/// <param name="PreviousPath">Its path in the base, when that is another.</param>
public sealed record ForgeFile(string Path, string Status, long? Additions, long? Deletions, string? PreviousPath);

/// <summary>A review.</summary>
/// <param name="Author">Who wrote it; empty when the account is gone.</param>
/// <param name="State"><c>approved</c>, <c>changes requested</c>, <c>commented</c>, <c>dismissed</c>, or another word of the forge.</param>
/// <param name="Body">Its text within the limit of a comment.</param>
public sealed record ForgeReview(string Author, string State, string Body);
