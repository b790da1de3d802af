namespace Foreman.Git.Forges;

/// <summary>How much of a forge's texts is read. What is beyond is left out, and a mark says so.</summary>
public sealed record ForgeLimits
{
    /// <summary>The longest text of an issue or pull request, in bytes of UTF-8, from 256.</summary>
    public int MaxBodyBytes { get; init; } = 16 << 10;

    /// <summary>The longest single comment, in bytes of UTF-8, from 256.</summary>
    public int MaxCommentBytes { get; init; } = 4 << 10;

    /// <summary>All comments together, in bytes of UTF-8, from 256; the newest are kept.</summary>
    public int MaxCommentsBytes { get; init; } = 16 << 10;

    /// <summary>The longest diff, in bytes of UTF-8, from 256.</summary>
    public int MaxDiffBytes { get; init; } = 64 << 10;

    /// <summary>The most files that are listed, from 1.</summary>
    public int MaxFiles { get; init; } = 500;

    /// <summary>The texts of all reviews together, in bytes of UTF-8, from 256; the newest are kept, and the last of them whole.</summary>
    public int MaxReviewsBytes { get; init; } = 64 << 10;

    /// <summary>The most checks of a pull request, from 1.</summary>
    public int MaxChecks { get; init; } = 300;

    /// <summary>The most failed checks of a pull request whose annotations are read, from 0; each takes a call.</summary>
    public int MaxAnnotatedChecks { get; init; } = 5;

    /// <summary>The most annotations of a check, from 1; failures come first.</summary>
    public int MaxAnnotations { get; init; } = 20;

    /// <summary>The texts of all annotations of a check, in bytes of UTF-8, from 256.</summary>
    public int MaxAnnotationsBytes { get; init; } = 4 << 10;

    /// <summary>The most pages that are read of one list, from 1.</summary>
    public int MaxPages { get; init; } = 20;
}
