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

    /// <summary>Everything that the branch does.</summary>
    public DiffText? Diff { get; init; }

    /// <summary>How the run ends where that differs from what the model says; null when it does not.</summary>
    public Ending? Ending { get; init; }
}
