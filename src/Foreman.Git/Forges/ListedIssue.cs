namespace Foreman.Git.Forges;

/// <summary>Open issues with a label.</summary>
/// <param name="Issues">By number; pull requests are none of them.</param>
/// <param name="IsCut">True when there are more than are read.</param>
public sealed record ListedIssues(IReadOnlyList<ListedIssue> Issues, bool IsCut);

/// <summary>An issue of a list, without its text; what it holds comes from outside.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">One line.</param>
public sealed record ListedIssue(long Number, string Title)
{
    /// <summary>Where people read it.</summary>
    public required string Url { get; init; }

    /// <summary>Who wrote it; empty when the account is gone.</summary>
    public required string Author { get; init; }

    /// <summary>Names of its labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Accounts that it is assigned to.</summary>
    public IReadOnlyList<string> Assignees { get; init; } = [];

    /// <summary>When anything of it was changed last; null when the forge did not tell.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>Open pull requests of a repository.</summary>
/// <param name="PullRequests">By number.</param>
/// <param name="IsCut">True when there are more than are read.</param>
public sealed record ListedPullRequests(IReadOnlyList<ListedPullRequest> PullRequests, bool IsCut);

/// <summary>A pull request of a list; what it holds comes from outside.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Its text within the limit; ends with a mark when it was cut.</param>
public sealed record ListedPullRequest(long Number, string Title, string Body)
{
    /// <summary>Where people read it.</summary>
    public required string Url { get; init; }

    /// <summary>The branch to be merged.</summary>
    public required string Head { get; init; }
}

/// <summary>Whether a repository has a branch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Exists">True when it is there.</param>
public sealed record ForgeBranch(string Name, bool Exists);
