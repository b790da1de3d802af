using Foreman.Git;

namespace Foreman.Runner.Publishing;

/// <summary>What a run in a repository made of its change.</summary>
internal sealed record Publication
{
    /// <summary>The branch that was meant.</summary>
    public required string Branch { get; init; }

    /// <summary>The commit; null when none was made.</summary>
    public string? CommitSha { get; init; }

    /// <summary>True when the branch is at the commit where it was pushed to.</summary>
    public bool IsPushed { get; init; }

    /// <summary>The branch on which work is kept whose checks fail; null when none is.</summary>
    public string? KeptOn { get; init; }

    /// <summary>Why such work is not kept; null when it is, or there is none.</summary>
    public string? KeepError { get; init; }

    /// <summary>Everything that the branch does.</summary>
    public DiffText? Diff { get; init; }

    /// <summary>How the run ends where that differs from what the model says; null when it does not.</summary>
    public Ending? Ending { get; init; }
}
