namespace Foreman.Git.Forges;

/// <summary>Reviews of a pull request, without those that were dismissed or are not submitted.</summary>
/// <param name="Reviews">Oldest first.</param>
/// <param name="IsCut">True when there are more, or when texts of older ones are left out for the limit of all texts together.</param>
public sealed record PullRequestReviews(IReadOnlyList<PullRequestReview> Reviews, bool IsCut);

/// <summary>A review; on GitLab all that one person wrote. Its texts come from outside.</summary>
/// <param name="Author">Who wrote it; empty when the account is gone.</param>
/// <param name="State">What it says.</param>
/// <param name="Body">Its text within the limit of a comment.</param>
public sealed record PullRequestReview(string Author, ReviewState State, string Body)
{
    /// <summary>When it was submitted; null when the forge does not tell.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>The commit that was reviewed; empty when the forge does not tell.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Its comments on lines, oldest first.</summary>
    public IReadOnlyList<ReviewLine> Lines { get; init; } = [];
}

/// <summary>A comment on a line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1; null when it is about the file.</param>
/// <param name="Body">Its text within the limit of a comment.</param>
public sealed record ReviewLine(string Path, long? Line, string Body)
{
    /// <summary>True when the line was changed meanwhile, so that its number is that of an earlier commit.</summary>
    public bool IsOutdated { get; init; }
}

/// <summary>What a review says.</summary>
public enum ReviewState
{
    /// <summary>It may be merged.</summary>
    Approved,

    /// <summary>It may not be merged like this.</summary>
    ChangesRequested,

    /// <summary>Neither.</summary>
    Commented,
}
