namespace Foreman.Git.Forges;

/// <summary>A pull request that should be there.</summary>
public sealed record PullRequestProposal
{
    /// <summary>Where it is opened.</summary>
    public required ForgeRepository Target { get; init; }

    /// <summary>Where its branch lies when that is a fork; null when that is the target.</summary>
    public ForgeRepository? Fork { get; init; }

    /// <summary>The branch to be merged; it has been pushed.</summary>
    public required string Head { get; init; }

    /// <summary>The branch to merge into.</summary>
    public required string Base { get; init; }

    /// <summary>Its title without a mark of a draft; cut to 250 characters.</summary>
    public required string Title { get; init; }

    /// <summary>What we have to say, in Markdown.</summary>
    public required string Text { get; init; }

    /// <summary>The repository's template for pull requests; null when it has none. Not used on updates.</summary>
    public string? Template { get; init; }

    /// <summary>True when the change is not verified.</summary>
    public bool IsDraft { get; init; }

    /// <summary>True changes neither text, title nor draft of a pull request that is there.</summary>
    public bool LeavesAsFound { get; init; }

    /// <summary>Labels that it should have; others are left alone.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The repository that the branch lies in.</summary>
    internal ForgeRepository Source => Fork ?? Target;
}

/// <summary>What was done about a proposal.</summary>
public enum PublishOutcome
{
    /// <summary>It was opened.</summary>
    Opened,

    /// <summary>It was open, and was changed.</summary>
    Updated,

    /// <summary>It was open as it should be.</summary>
    Unchanged,
}

/// <summary>The open pull request.</summary>
/// <param name="Number">Its number in the target repository.</param>
/// <param name="Url">Where people read it.</param>
/// <param name="Outcome">What was done.</param>
public sealed record PublishedPullRequest(long Number, string Url, PublishOutcome Outcome)
{
    /// <summary>True when it is marked as not ready.</summary>
    public required bool IsDraft { get; init; }

    /// <summary>What could not be done beside it, such as a label; one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>An open pull request, as it is found before one is opened.</summary>
/// <param name="Number">Its number in the target repository.</param>
/// <param name="Url">Where people read it.</param>
internal sealed record FoundPullRequest(long Number, string Url)
{
    /// <summary>Its title without a mark of a draft.</summary>
    public required string Title { get; init; }

    /// <summary>Its whole text.</summary>
    public string Body { get; init; } = "";

    /// <summary>True when it is marked as not ready.</summary>
    public required bool IsDraft { get; init; }

    /// <summary>The branch to merge into.</summary>
    public required string Base { get; init; }

    /// <summary>The tip of its branch as the forge knows it.</summary>
    public string HeadSha { get; init; } = "";

    /// <summary>Names of its labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>GitHub's other id, with which drafts are made ready; empty elsewhere.</summary>
    public string NodeId { get; init; } = "";
}
