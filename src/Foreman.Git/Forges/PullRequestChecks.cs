namespace Foreman.Git.Forges;

/// <summary>What the forge's own checks say of the tip of a pull request.</summary>
/// <param name="HeadSha">The tip.</param>
/// <param name="Checks">The newest of each name.</param>
/// <param name="IsCut">True when there are more than are read, so that nobody may conclude that all passed.</param>
public sealed record PullRequestChecks(string HeadSha, IReadOnlyList<ForgeCheck> Checks, bool IsCut);

/// <summary>A check: on GitHub a check run or a commit status, on Gitea a commit status, on GitLab a job of the pipeline.</summary>
/// <param name="Name">One line.</param>
/// <param name="State">What it says.</param>
public sealed record ForgeCheck(string Name, CheckState State)
{
    /// <summary>Where people read what it did; empty when the forge did not tell. Whoever runs the check wrote it.</summary>
    public string Url { get; init; } = "";

    /// <summary>What it says for people, within the limit of a comment; text from outside.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What it says of places in the files, failures first; none unless it failed and no check of the tip is pending. GitHub alone has them.</summary>
    public IReadOnlyList<CheckAnnotation> Annotations { get; init; } = [];

    /// <summary>How many more there are than <see cref="Annotations"/> shows.</summary>
    public long AnnotationsLeftOut { get; init; }
}

/// <summary>What a check says of a place in a file; all of it is text from outside.</summary>
/// <param name="Path">The file, on one line.</param>
/// <param name="Line">The first line, from 1; null when the forge did not tell.</param>
/// <param name="Level">failure, warning or notice, in the forge's own words.</param>
/// <param name="Message">What it says, within <see cref="ForgeLimits.MaxAnnotationsBytes"/> together with the others.</param>
/// <param name="Details">More of it, within the same bound; may be empty.</param>
public sealed record CheckAnnotation(string Path, long? Line, string Level, string Message, string Details);

/// <summary>What a check says.</summary>
public enum CheckState
{
    /// <summary>It is not done.</summary>
    Pending,

    /// <summary>It passed.</summary>
    Success,

    /// <summary>It failed, was cancelled, or says what nobody here knows.</summary>
    Failure,

    /// <summary>It keeps nothing back: skipped, optional, or allowed to fail.</summary>
    Neutral,
}
