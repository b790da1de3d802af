namespace Foreman.Workloads;

/// <summary>Whether a pull request can still be merged.</summary>
public enum PullRequestState
{
    /// <summary>It can be merged or changed.</summary>
    Open,

    /// <summary>It was closed without being merged.</summary>
    Closed,

    /// <summary>It was merged.</summary>
    Merged,
}

/// <summary>What a forge says of a followed pull request. Its texts come from outside.</summary>
/// <param name="Url">Where people read it.</param>
public sealed record PullRequestObservation(string Url)
{
    /// <summary>The step that <c>status.followUps</c> named when it was read: what was read before a later step ended says nothing about that one's work.</summary>
    public required string Step { get; init; }

    /// <summary>Why it could not be read, and what to do, without a full stop; null when it could, and what follows is known.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether it can still be merged.</summary>
    public PullRequestState State { get; init; }

    /// <summary>True when it is marked as not ready.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Why it could not be made ready, without a full stop; null when nobody tried, or another try may help.</summary>
    public string? StaysDraft { get; init; }

    /// <summary>Commit at its tip, to which the checks belong.</summary>
    public string HeadSHA { get; init; } = "";

    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<FailedCheck> FailedChecks { get; init; } = [];

    /// <summary>Names of the checks that have not ended.</summary>
    public IReadOnlyList<string> PendingChecks { get; init; } = [];

    /// <summary>True when there are more checks than were read, so that nobody may conclude that all passed.</summary>
    public bool ChecksAreCut { get; init; }

    /// <summary>False while checks of this tip may still begin, since it has been there for a short while only.</summary>
    public bool IsSettled { get; init; } = true;

    /// <summary>The reviews that request changes and were not followed by an approval of the same person, oldest first.</summary>
    public IReadOnlyList<ChangeRequest> ChangeRequests { get; init; } = [];

    /// <summary>True when both say the same.</summary>
    public bool SaysSameAs(PullRequestObservation? other) => other is not null
        && FailedChecks.Count == other.FailedChecks.Count
        && FailedChecks.Zip(other.FailedChecks).All(p => p.First.Places.SequenceEqual(p.Second.Places) && p.First with { Places = [] } == p.Second with { Places = [] })
        && PendingChecks.SequenceEqual(other.PendingChecks, StringComparer.Ordinal)
        && ChangeRequests.Count == other.ChangeRequests.Count
        && ChangeRequests.Zip(other.ChangeRequests).All(p => p.First.Lines.SequenceEqual(p.Second.Lines) && p.First with { Lines = [] } == p.Second with { Lines = [] })
        && this with { FailedChecks = [], PendingChecks = [], ChangeRequests = [] } == other with { FailedChecks = [], PendingChecks = [], ChangeRequests = [] };
}

/// <summary>A check of a forge that failed.</summary>
/// <param name="Name">One line.</param>
/// <param name="Text">What it says for people; may be empty.</param>
public sealed record FailedCheck(string Name, string Text)
{
    /// <summary>What it says of places in the files, the worst first.</summary>
    public IReadOnlyList<FailedPlace> Places { get; init; } = [];

    /// <summary>How many more places there are.</summary>
    public long PlacesLeftOut { get; init; }
}

/// <summary>What a failed check says of a place in a file.</summary>
/// <param name="Path">The file, on one line; may be empty.</param>
/// <param name="Line">The line, from 1; null when the forge did not tell.</param>
/// <param name="Level">How bad it is, in the forge's own words.</param>
/// <param name="Text">What it says; may have several lines.</param>
public sealed record FailedPlace(string Path, long? Line, string Level, string Text);

/// <summary>A review that requests changes.</summary>
/// <param name="Author">Who wrote it; empty when the account is gone.</param>
/// <param name="Text">What it says of the whole; may be empty.</param>
public sealed record ChangeRequest(string Author, string Text)
{
    /// <summary>The commit that was reviewed; empty when the forge does not tell.</summary>
    public string Commit { get; init; } = "";

    /// <summary>When it was submitted; null when the forge does not tell.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>What it says of lines.</summary>
    public IReadOnlyList<ChangeRequestLine> Lines { get; init; } = [];
}

/// <summary>What a review says of a line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1; null when it is about the file.</param>
/// <param name="Text">What it says.</param>
public sealed record ChangeRequestLine(string Path, long? Line, string Text);

/// <summary>A change of a forge that was decided. The family is closed.</summary>
public abstract record ForgeChange
{
    private protected ForgeChange()
    {
    }

    /// <summary>The pull request that it is about.</summary>
    public required string Url { get; init; }
}

/// <summary>A draft becomes ready for review.</summary>
public sealed record MarkReady : ForgeChange;
