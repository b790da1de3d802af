using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Everything that one decision about a Workload with <c>spec.source</c> looks at.</summary>
/// <param name="Workload">The Workload as it is stored, with its UID.</param>
public sealed record IntakeSnapshot(Workload Workload)
{
    /// <summary>The Workloads that work on issues for it: labelled with its name, and owned by it.</summary>
    public IReadOnlyList<Workload> Children { get => field ?? []; init; }

    /// <summary>The open issues with the label of the source; null when they could not be listed.</summary>
    public IntakeListing? Listing { get; init; }

    /// <summary>The list before that one; null for none. An issue counts as gone when neither has it.</summary>
    public IntakeListing? Previous { get; init; }

    /// <summary>Why issues, pull requests or branches could not be read: a sentence; null when they could.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Why issues could not be marked: a sentence; null when they could.</summary>
    public string? Unwritable { get; init; }

    /// <summary>Why issues were not marked a short while ago, by the UID of the Workload: a sentence. They are not tried again yet.</summary>
    public IReadOnlyDictionary<string, string> Held { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>Open pull requests of the repository; null when nobody has asked for them.</summary>
    public IReadOnlyList<OpenPullRequest>? PullRequests { get; init; }

    /// <summary>Whether branches exist, as far as that was asked, by name.</summary>
    public IReadOnlyDictionary<string, bool> Branches { get => field ?? new Dictionary<string, bool>(); init; }

    /// <summary>What kept Workloads from being made, by the name of the Workload: a sentence. Such a write is tried again.</summary>
    public IReadOnlyDictionary<string, string> Obstacles { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary>Open issues with a label.</summary>
/// <param name="Issues">The issues, in any order.</param>
/// <param name="IsCut">True when there are more than were read.</param>
/// <param name="At">Time right before the forge was asked: what was written later need not be in it.</param>
public sealed record IntakeListing(ImmutableArray<LabelledIssue> Issues, bool IsCut, DateTimeOffset At);

/// <summary>An open issue.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Labels">Names of its labels.</param>
public sealed record LabelledIssue(long Number, ImmutableArray<string> Labels)
{
    /// <summary>True when it has a label; forges take their names in any case.</summary>
    public bool Has(string label) => Labels.Contains(label, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What has to be asked of a forge before issues can be taken.</summary>
/// <param name="PullRequests">True when the open pull requests are wanted.</param>
/// <param name="Branches">Names of branches that may be there.</param>
public sealed record IntakeQuestions(bool PullRequests, ImmutableArray<string> Branches)
{
    /// <summary>True when nothing is to be asked.</summary>
    public bool AreNone => !PullRequests && Branches.IsEmpty;
}
