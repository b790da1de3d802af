namespace Foreman.Runner.Reviews;

/// <summary>Whether a finding is about what the branch changed.</summary>
internal enum Grounding
{
    /// <summary>It names no place, or one that the branch did not change.</summary>
    No,

    /// <summary>Nobody can tell: the diff of its file is too long to be read, or is none of lines.</summary>
    Unknown,

    /// <summary>It names a line that the branch changed.</summary>
    Yes,
}

/// <summary>One thing that a reviewer found.</summary>
/// <param name="Severity">One of <see cref="Severities"/>.</param>
/// <param name="Message">What, for people; one line, not empty.</param>
internal sealed record Finding(string Severity, string Message)
{
    /// <summary>It must not be taken as it is.</summary>
    public const string Blocker = "blocker";

    /// <summary>It needs a correction before it is taken.</summary>
    public const string Major = "major";

    /// <summary>It may be corrected later.</summary>
    public const string Minor = "minor";

    /// <summary>All of them, the worst first.</summary>
    public static IReadOnlyList<string> Severities { get; } = [Blocker, Major, Minor];

    /// <summary>The part of the reviewer's list that it belongs to; null when it was not said.</summary>
    public string? Area { get; init; }

    /// <summary>From the top of the repository; null when no file is named.</summary>
    public string? File { get; init; }

    /// <summary>In the file as the branch has it, from 1; null when no line is named.</summary>
    public long? Line { get; init; }

    /// <summary>What to do instead; null when it was not said.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The severity as the reviewer wrote it, where that is none; null otherwise.</summary>
    public string? SeverityClaimed { get; init; }

    /// <summary>The file as the reviewer wrote it, where the repository calls it otherwise or has none; null otherwise.</summary>
    public string? FileClaimed { get; init; }

    /// <summary>The line as the reviewer wrote it, where the file has none; null otherwise.</summary>
    public long? LineClaimed { get; init; }

    /// <summary>Whether it is about what the branch changed.</summary>
    public Grounding Grounding { get; init; }

    /// <summary>True when it stands against the change.</summary>
    public bool IsBlocking => Severity != Minor;
}
