namespace Foreman.Runner.Publishing;

/// <summary>What became of the pull request that a task asks for.</summary>
internal sealed record ProposedPullRequest
{
    /// <summary>Where people read it; null when there is none.</summary>
    public string? Url { get; init; }

    /// <summary>True when it is marked as not ready.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Why there is none, or why it is not as it should be; null when it is.</summary>
    public string? Error { get; init; }

    /// <summary>What could not be done beside it; one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
