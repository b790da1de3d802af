using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// What is to be done about a Workload with <c>spec.source</c>, in this order: make Workloads, change Workloads, mark issues, write
/// the status, delete Workloads, tell events. Each may be the last that happens: the next decision goes on from what is stored.
/// </summary>
public sealed record IntakeDecision
{
    /// <summary>Nothing is to be done.</summary>
    public static IntakeDecision Nothing { get; } = new();

    /// <summary>Workloads to make, that of the issue with the smallest number first; <see cref="IntakeEngine.Taken"/> is told of each.</summary>
    public ImmutableArray<Workload> Creates { get; init; } = [];

    /// <summary>Changes of Workloads.</summary>
    public ImmutableArray<IntakeChange> Changes { get; init; } = [];

    /// <summary>Issues to mark on the forge.</summary>
    public ImmutableArray<ForgeMark> Marks { get; init; } = [];

    /// <summary>
    /// The status to write; null when it is right. It counts ended Workloads, so it is written over the very status that this was
    /// decided from, or not at all.
    /// </summary>
    public WorkloadStatus? Status { get; init; }

    /// <summary>Workloads to delete; all of them are counted in the status that this was decided from.</summary>
    public ImmutableArray<Workload> Deletes { get; init; } = [];

    /// <summary>Events about the Workload, to be told after the status is written.</summary>
    public ImmutableArray<WorkloadEvent> Events { get; init; } = [];
}

/// <summary>A change of the spec of a Workload that works on an issue. The family is closed.</summary>
public abstract record IntakeChange
{
    private protected IntakeChange()
    {
    }

    /// <summary>The Workload as it was when this was decided.</summary>
    public required Workload Child { get; init; }
}

/// <summary>The Workload that took the issue in is suspended, or not any more.</summary>
public sealed record SuspendIntake : IntakeChange
{
    /// <summary>False resumes it.</summary>
    public required bool Suspended { get; init; }
}

/// <summary>The issue is not to be worked on any more.</summary>
public sealed record CancelIntake : IntakeChange
{
    /// <summary>Why, as a sentence that is kept with the Workload.</summary>
    public required string Because { get; init; }
}

/// <summary>An issue gets a comment and a label that say how it stands. Writing it again changes nothing.</summary>
public sealed record ForgeMark
{
    /// <summary>The Workload that works on the issue; the mark is noted with it when it is written.</summary>
    public required Workload Child { get; init; }

    /// <summary>Number of the issue in <c>spec.repo</c> of the Workload.</summary>
    public required int Issue { get; init; }

    /// <summary>Key of the one comment.</summary>
    public required string Key { get; init; }

    /// <summary>Text of the comment, in Markdown.</summary>
    public required string Text { get; init; }

    /// <summary>Label to add; null for none.</summary>
    public string? Add { get; init; }

    /// <summary>Label to take away when the other one is there; null for none.</summary>
    public string? Remove { get; init; }

    /// <summary>True when the list has the issue, so that a forge which finds none hides that the token may not write; also while there is no list.</summary>
    public bool IsListed { get; init; }

    /// <summary>The word that the annotation begins with which notes this.</summary>
    public required string State { get; init; }

    /// <summary>Value of the annotation that notes this.</summary>
    /// <param name="written">When it was written.</param>
    public string NoteAt(DateTimeOffset written) => string.Create(CultureInfo.InvariantCulture, $"{State} {written.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
}
