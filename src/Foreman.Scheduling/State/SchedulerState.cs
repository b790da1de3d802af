using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What one decision leaves for the next one. It can be lost at any time: then every timer starts again.</summary>
public sealed record SchedulerState
{
    /// <summary>Nothing observed yet.</summary>
    public static SchedulerState Empty { get; } = new();

    /// <summary>Leases by host.</summary>
    public ImmutableDictionary<string, ObservedLease> Leases { get; init; } = ImmutableDictionary<string, ObservedLease>.Empty;

    /// <summary>Tasks by UID.</summary>
    public ImmutableDictionary<string, ObservedTask> Tasks { get; init; } = ImmutableDictionary<string, ObservedTask>.Empty;

    /// <summary>What is held against hosts, by name.</summary>
    public ImmutableDictionary<string, NodeProbation> Probations { get; init; } = ImmutableDictionary<string, NodeProbation>.Empty;

    /// <summary>Last decided writes, by what they are written to.</summary>
    public ImmutableDictionary<string, RecordedWrite> Writes { get; init; } = ImmutableDictionary<string, RecordedWrite>.Empty;

    /// <summary>True while all or most hosts are silent at once and no site goes on: nothing is taken back then.</summary>
    public bool Disrupted { get; init; }

    /// <summary>Sites of which all or most hosts are silent at once while others go on, each with the uptime since which: nothing of theirs is taken back for a while.</summary>
    public ImmutableDictionary<string, TimeSpan> SilentSites { get; init; } = ImmutableDictionary.Create<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Uptime since which the operator itself has not heard from the API server; null while it does.</summary>
    public TimeSpan? UnreachableSince { get; init; }

    /// <summary>What is known of objects that may be deleted one day.</summary>
    public CleanUpState CleanUp { get; init; } = CleanUpState.Empty;

    /// <summary>What waiting tasks were told last.</summary>
    internal ToldTasks Told { get; init; } = ToldTasks.None;

    /// <summary>What clauses said of hosts: only saves that they are asked again.</summary>
    internal FleetVerdicts Verdicts { get; init; } = FleetVerdicts.None;

    /// <summary><see cref="Leases"/> with what they were read from: only saves that all of them are looked at again.</summary>
    internal KeptLeases? KeptLeases { get; init; }

    /// <summary>When <see cref="Writes"/> are to be trimmed: only saves that they are gone through.</summary>
    internal TrimmedWrites? Trimmed { get; init; }

    /// <summary>What the decision found of waiting tasks: only saves that it is found again.</summary>
    internal KeptRound? Kept { get; init; }

    /// <summary>What the decision looked at, when it had nothing to decide.</summary>
    internal SettledInputs? Settled { get; init; }

    /// <summary>Uptime at which the last disruption or long silence of the API server ended; zero when there was none.</summary>
    public TimeSpan UndisturbedSince { get; init; }
}

/// <summary>What the operator saw of one host's Lease, on its own clock: the host's clock plays no part.</summary>
public sealed record ObservedLease
{
    /// <summary>Holder; empty when the agent released it.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>The renewal time as it is in the Lease: only compared for equality.</summary>
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>Uptime at which the Lease last changed.</summary>
    public TimeSpan ChangedAt { get; init; }

    /// <summary>Uptime at which this holder was first seen.</summary>
    public TimeSpan HolderSince { get; init; }

    /// <summary>Uptime since which it was renewed without a pause that would make its host suspect.</summary>
    public TimeSpan LiveSince { get; init; }

    /// <summary>True while it is silent together with most of its site: nothing is concluded from that for a while.</summary>
    public bool SiteIsSilent { get; init; }

    /// <summary>True once it was silent for <see cref="LivenessRules.DeadAfter"/>; the next renewal resets it.</summary>
    public bool Dead { get; init; }

    /// <summary>True when nothing but the time of the last renewal differs.</summary>
    /// <param name="other">An earlier observation of the Lease.</param>
    internal bool IsLike(ObservedLease other) => ReferenceEquals(this, other) || this with { RenewTime = other.RenewTime, ChangedAt = other.ChangedAt } == other;
}

/// <summary>Since when a task has been in its attempt and phase, on the operator's own clock.</summary>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Since">Uptime at which this attempt was first seen in this phase.</param>
public sealed record ObservedTask(long Attempt, TaskPhase Phase, TimeSpan Since)
{
    /// <summary>What is known of the run; null while the task is not Running.</summary>
    public ObservedRun? Run { get; init; }
}

/// <summary>What the operator saw of a run. Times before it started are negative.</summary>
public sealed record ObservedRun
{
    /// <summary>Who holds it.</summary>
    public string? Holder { get; init; }

    /// <summary>Its progress as last seen: only compared.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>Uptime at which it began.</summary>
    public TimeSpan StartedAt { get; init; }

    /// <summary>Uptime at which holder or progress last changed.</summary>
    public TimeSpan ProgressAt { get; init; }

    /// <summary>Uptime at which <c>spec.cancel</c> was first seen set; null while it is not.</summary>
    public TimeSpan? CancelledAt { get; init; }
}

/// <summary>A host that left assignments unclaimed, or whose runs failed by its own fault.</summary>
/// <param name="Failures">Assignments left unclaimed since it last claimed one, and <see cref="FailedRuns"/>.</param>
/// <param name="Until">Uptime until which it gets nothing: from the second failure on.</param>
public sealed record NodeProbation(int Failures, TimeSpan Until)
{
    /// <summary>Runs that failed by the host's fault since one came to a good end there.</summary>
    public int FailedRuns { get; init; }

    /// <summary>Time of day of <see cref="Until"/>, as it was when the last failure was recorded; null when it is not known.</summary>
    public DateTimeOffset? Ends { get; init; }
}

/// <summary>The last write that was decided for an object.</summary>
/// <param name="Body">The write, as text.</param>
/// <param name="At">Uptime of the decision.</param>
/// <param name="Until">Uptime until which it is remembered.</param>
public sealed record RecordedWrite(string Body, TimeSpan At, TimeSpan Until);
