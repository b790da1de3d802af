using System.Collections.Immutable;

namespace Foreman.Runner.Reviews;

/// <summary>What a run reviews.</summary>
/// <param name="Prompt">What the model is asked where the task does not say.</param>
/// <param name="Changed">The files that the branch changed, at least one.</param>
internal sealed record ReviewSubject(string Prompt, ImmutableArray<string> Changed)
{
    /// <summary>Id of the whole diff among the texts that tools read.</summary>
    public const string DiffId = "reviewdiff";

    /// <summary>The diff as the model's tools read it.</summary>
    public required string Diff { get; init; }

    /// <summary>The issue that the change is for; null when there is none or it could not be read.</summary>
    public ReviewIssue? Issue { get; init; }

    /// <summary>Why the issue could not be read; null when it could, or there is none.</summary>
    public string? IssueFault { get; init; }
}
