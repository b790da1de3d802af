using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Reviews;

/// <summary>A change of a reviewer's verdict.</summary>
/// <param name="Rail">The rule that made it.</param>
/// <param name="From">The verdict before.</param>
/// <param name="To">The verdict after.</param>
/// <param name="Reason">Why, on one line.</param>
internal sealed record ReviewCorrection(string Rail, Verdict From, Verdict To, string Reason);

/// <summary>A review, held against what is true.</summary>
/// <param name="Verdict">The verdict that counts.</param>
/// <param name="Findings">With places that exist.</param>
internal sealed record ReviewVerdict(Verdict Verdict, ImmutableArray<Finding> Findings)
{
    /// <summary>Why there is no verdict; null when there is one.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>What was changed of the verdict, in order; empty when the reviewer's stands.</summary>
    public ImmutableArray<ReviewCorrection> Corrections { get; init; } = [];

    /// <summary>What the issue asks for; null when there is none that was read.</summary>
    public string? IssueAsk { get; init; }

    /// <summary>True when the reviewer's words are in the issue; null when nobody can tell: there is none that was read, or the words are too few.</summary>
    public bool? IssueAskVerified { get; init; }

    /// <summary>Files of the branch or its base that the issue names.</summary>
    public ImmutableArray<string> ScopeNames { get; init; } = [];

    /// <summary>Those of them that the change touches.</summary>
    public ImmutableArray<string> ScopeTouched { get; init; } = [];

    /// <summary>True when the issue names files and the change touches none; null when it names none of the repository.</summary>
    public bool? HasDrifted => ScopeNames.IsEmpty ? null : ScopeTouched.IsEmpty;

    /// <summary>Rules that could not be applied, each with why.</summary>
    public ImmutableArray<string> Skipped { get; init; } = [];
}
