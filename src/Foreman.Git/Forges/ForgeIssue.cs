namespace Foreman.Git.Forges;

/// <summary>An issue, as text from outside: whoever shows it to a model marks it as data.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Its text within the limit; ends with a mark when it was cut.</param>
public sealed record ForgeIssue(long Number, string Title, string Body)
{
    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Who wrote it; empty when the account is gone.</summary>
    public required string Author { get; init; }

    /// <summary>Where people read it.</summary>
    public required string Url { get; init; }

    /// <summary>Names of its labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The newest comments that fit the limit, oldest first.</summary>
    public ForgeComments Comments { get; init; } = ForgeComments.None;

    /// <summary>True when the number is that of a pull request, which GitHub and Gitea count as issues too.</summary>
    public bool IsPullRequest { get; init; }
}

/// <summary>Comments within the limits.</summary>
/// <param name="Shown">The newest, oldest first.</param>
/// <param name="LeftOut">How many older ones there are.</param>
public sealed record ForgeComments(IReadOnlyList<ForgeComment> Shown, int LeftOut)
{
    /// <summary>No comments.</summary>
    public static ForgeComments None { get; } = new([], 0);
}

/// <summary>A comment on an issue, a pull request, or a line of its diff.</summary>
/// <param name="Author">Who wrote it; empty when the account is gone.</param>
/// <param name="Body">Its text within the limit; ends with a mark when it was cut.</param>
/// <param name="CreatedAt">When; as the forge wrote it.</param>
public sealed record ForgeComment(string Author, string Body, string CreatedAt)
{
    /// <summary>The file that it is about; null when it is about the whole.</summary>
    public string? Path { get; init; }

    /// <summary>The line of the new file, from 1; null when it is about no line of it.</summary>
    public long? Line { get; init; }
}
