namespace Foreman.Git.Forges;

/// <summary>How a pull request stands.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Url">Where people read it.</param>
public sealed record PullRequestStatus(long Number, string Url)
{
    /// <summary>Its title without a mark of a draft, on one line.</summary>
    public required string Title { get; init; }

    /// <summary><c>open</c>, <c>closed</c> or <c>merged</c>.</summary>
    public required string State { get; init; }

    /// <summary>True when it is marked as not ready.</summary>
    public required bool IsDraft { get; init; }

    /// <summary>The branch to be merged.</summary>
    public required string Head { get; init; }

    /// <summary>Its tip.</summary>
    public required string HeadSha { get; init; }

    /// <summary>The branch to merge into.</summary>
    public required string Base { get; init; }

    /// <summary>True while it can be merged or changed.</summary>
    internal bool IsOpen => State == "open";
}
