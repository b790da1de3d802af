using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Foreman.Runner.Reviews;

/// <summary>What is true of a change, whatever its reviewer says.</summary>
internal sealed record ReviewFacts
{
    /// <summary>The files that the branch changed, at least one.</summary>
    public required ImmutableArray<string> Changed { get; init; }

    /// <summary>All files of the branch and of its base.</summary>
    public required IReadOnlyCollection<string> Files { get; init; }

    /// <summary>The files that findings name, by the name that the reviewer gave them.</summary>
    public IReadOnlyDictionary<string, CitedFile> Cited { get; init; } = FrozenDictionary<string, CitedFile>.Empty;

    /// <summary>The issue that the change is for; null when there is none or it could not be read.</summary>
    public ReviewIssue? Issue { get; init; }

    /// <summary>Why the issue could not be read; null when it could, or there is none.</summary>
    public string? IssueFault { get; init; }

    /// <summary>Endings of sources that the task names; null for none.</summary>
    public IReadOnlyList<string>? SourceEndings { get; init; }
}

/// <summary>The issue that a change is for.</summary>
/// <param name="Title">One line.</param>
/// <param name="Body">Its text, as far as it was read.</param>
internal sealed record ReviewIssue(string Title, string Body);
