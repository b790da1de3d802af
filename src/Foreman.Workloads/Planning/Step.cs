using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>One step of a Workload, as its task is made.</summary>
/// <param name="Name">Name within the Workload, at most 63 characters.</param>
/// <param name="Kind">Kind of the task.</param>
/// <param name="Agent">Name of the Agent; empty for the built-in one.</param>
/// <param name="Payload">The work; texts may hold references to other steps.</param>
internal sealed record Step(string Name, TaskKind Kind, string Agent, TaskPayload Payload)
{
    /// <summary>Names of steps that it follows.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Verdicts of those for which it is taken; null when they must succeed on target.</summary>
    public ImmutableArray<Verdict>? When { get; init; }

    /// <summary>The step whose gate's advisories go into the payload; null for none.</summary>
    public string? AdvisoriesOf { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? Priority { get; init; }

    public GateProfile? GateProfile { get; init; }

    public ScanGate? ScanGate { get; init; }

    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Model that does it, where it names no Agent; null otherwise.</summary>
    public string? ModelRef { get; init; }

    /// <summary>True for a step that makes the plan: it is done although spec.suspend is set, which holds what is planned.</summary>
    public bool IsPlanning { get; init; }

    /// <summary>Fingerprint of the intent for which it makes the plan; null for other steps.</summary>
    public string? Intent { get; init; }

    /// <summary>The issue that it is about; null for none.</summary>
    public int? Issue { get; init; }

    /// <summary>Why it is in the plan, for people.</summary>
    public string Why { get; init; } = "";

    /// <summary>Which of several that could go goes first: the larger one.</summary>
    public int Rank { get; init; }

    /// <summary>True when a retry, a later revision or an escalation took its place.</summary>
    public bool IsSuperseded { get; init; }

    /// <summary>True when it is a retry that took its place, so that what still runs of it is of no use.</summary>
    public bool IsRetried { get; init; }

    /// <summary>Why a task of it that has not ended is of no use any more, as a sentence; null while it is of use.</summary>
    public string? Dropped { get; init; }

    /// <summary>Steps that have ended, however, before its task is made: those of the round before.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>Steps whose tasks are there before its task is made: those with which its round begins. Where one can't be made, it is not taken.</summary>
    public ImmutableArray<string> Behind { get; init; } = [];

    /// <summary>When its task is made at the earliest; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When the newest review was submitted that a revision knows of; null for other steps.</summary>
    public DateTimeOffset? ReviewsUntil { get; init; }

    /// <summary>Why its task is not made yet, for people; null when nothing keeps it.</summary>
    public string? Hold { get; init; }
}

/// <summary>Names of steps and of their tasks.</summary>
internal static class StepNames
{
    /// <summary>Most characters of a label's value, which the names of a Workload and of a step become.</summary>
    public const int MaxLength = 63;

    /// <summary>Most characters of a step's name that retries may add to.</summary>
    public const int MaxLengthRetried = 56;

    private const string RetryMark = "-t";

    /// <summary>Name of a step's task: the step's behind the Workload's, unless it begins with that already.</summary>
    public static string Task(string workload, string step) =>
        step.StartsWith(workload + "-", StringComparison.Ordinal) ? step : $"{workload}-{step}";

    /// <summary>Name of a step that is done again.</summary>
    /// <param name="step">The step.</param>
    /// <param name="number">Which time, from 1; 0 is the step itself.</param>
    public static string Retry(string step, int number) => number == 0 ? step : string.Create(CultureInfo.InvariantCulture, $"{step}{RetryMark}{number}");

    /// <summary>The step of whose retry this is the name, and the number of the retry; null for other names.</summary>
    public static (string Step, int Number)? RetryOf(string name) =>
        name.LastIndexOf(RetryMark, StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(name.AsSpan(at + RetryMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        && Retry(name[..at], number) == name
            ? (name[..at], number)
            : null;

    /// <summary>The step that a name means: its own name, or that of its task.</summary>
    public static string? Find(string workload, string name, IReadOnlySet<string> steps) =>
        steps.Contains(name) ? name
        : name.StartsWith(workload + "-", StringComparison.Ordinal) && steps.Contains(name[(workload.Length + 1)..]) ? name[(workload.Length + 1)..]
        : null;
}
