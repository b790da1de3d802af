using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What is known about who holds a task, or should claim it.</summary>
public sealed record HolderView
{
    /// <summary>The task, Scheduled or Running.</summary>
    public required AgenticTask Task { get; init; }

    /// <summary>Liveness of the assigned host.</summary>
    public required NodeLiveness Liveness { get; init; }

    /// <summary>False when there is no such FleetNode.</summary>
    public required bool NodeExists { get; init; }

    /// <summary>The host's Lease; null when none was seen.</summary>
    public ObservedLease? Lease { get; init; }

    /// <summary>What the backend observed of the holder outside of the snapshot; null for nothing.</summary>
    public HolderObservation? Observation { get; init; }

    /// <summary>Uptime since when the task has been in this attempt and phase.</summary>
    public required TimeSpan Since { get; init; }

    /// <summary>What is known of the run; null while the task is not Running.</summary>
    public ObservedRun? Run { get; init; }

    /// <summary>Uptime since which neither a disruption nor a silence of the API server kept holders from writing; null during one.</summary>
    public TimeSpan? UndisturbedSince { get; init; }

    /// <summary>Uptime of the decision.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>Identity of the operator process that decides.</summary>
    public required string Identity { get; init; }

    /// <summary>The assigned host.</summary>
    public string NodeName => Task.Status.AssignedNode ?? "";
}

/// <summary>
/// What a backend observed of a holder, for its own rules to judge; a backend derives a record with what it needs, such as
/// the phase of a pod.
/// </summary>
public abstract record HolderObservation;

/// <summary>What the rules of a placement say of a holder.</summary>
public sealed record HolderDecision
{
    private HolderDecision()
    {
    }

    /// <summary>The task stays where it is until something changes.</summary>
    public static HolderDecision Keep { get; } = new();

    /// <summary>Why the task is taken back; null when it stays.</summary>
    public TakeBackReason? Reason { get; private init; }

    /// <summary>Uptime at which to judge again even when nothing changes; null for no such time.</summary>
    public TimeSpan? JudgeAgainAt { get; private init; }

    /// <summary>The task stays where it is, and is judged again at the latest at a time.</summary>
    /// <param name="uptime">Time on the operator's own clock.</param>
    public static HolderDecision KeepUntil(TimeSpan uptime) => new() { JudgeAgainAt = uptime };

    /// <summary>This verdict, judged again no later than the other one asks.</summary>
    /// <param name="other">A verdict that keeps the task.</param>
    internal HolderDecision AndBy(HolderDecision other) =>
        Reason is not null || other.JudgeAgainAt is not { } at || JudgeAgainAt <= at ? this : this with { JudgeAgainAt = at };

    /// <summary>The task is taken back.</summary>
    /// <param name="reason">Why.</param>
    public static HolderDecision TakeBack(TakeBackReason reason) => new() { Reason = reason };
}

/// <summary>Why an assignment or a run is taken back.</summary>
/// <param name="Outcome">How the attempt is recorded.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">What happened, for people, without a full stop.</param>
public sealed record TakeBackReason(AttemptOutcome Outcome, string Reason, string Message)
{
    /// <summary>Exit code of the container that decided; null when none did.</summary>
    public int? ExitCode { get; init; }

    /// <summary>True when the host is to blame for not claiming.</summary>
    public bool RecordFailure { get; init; }
}

/// <summary>The limit for an assignment that a running process must claim.</summary>
internal static class UnclaimedLimit
{
    /// <summary>How long such an assignment may stay unclaimed.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(15);

    /// <param name="view">The task and what is known of who should claim it.</param>
    /// <param name="claimant">Who should, for messages.</param>
    /// <param name="isHost">True when that is the host, which then goes on probation.</param>
    public static HolderDecision Judge(HolderView view, string claimant, bool isHost) => view.Uptime - view.Since < Limit
        ? HolderDecision.KeepUntil(view.Since + Limit)
        : HolderDecision.TakeBack(new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"{claimant} did not claim the task within {Limit.TotalSeconds:0} s")
        {
            RecordFailure = isHost,
        });
}
