using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>What one decision looked at and found of waiting tasks, for the next one. It never changes, so that any number of decisions may follow it.</summary>
internal sealed record KeptRound
{
    /// <summary>What was looked at, without a state.</summary>
    public required ClusterSnapshot Snapshot { get; init; }

    /// <summary>Its tasks.</summary>
    public required TaskLists Lists { get; init; }

    /// <summary>The hosts at the end of the decision.</summary>
    public required FleetView Fleet { get; init; }

    /// <summary>The tasks that were under way.</summary>
    public required KeptRuns Runs { get; init; }

    /// <summary>The waiting tasks whose turns change nothing.</summary>
    public required KeptMarks Marks { get; init; }

    /// <summary>Which tasks wait for themselves; null when that was not asked.</summary>
    public required DependencyCycles? Cycles { get; init; }

    /// <summary>The observed tasks that were left.</summary>
    public required ImmutableDictionary<string, ObservedTask> Tasks { get; init; }

    /// <summary>The recorded writes that were left.</summary>
    public required ImmutableDictionary<string, RecordedWrite> Writes { get; init; }

    /// <summary>What waiting tasks were told, as it was left.</summary>
    public required ImmutableDictionary<string, RecordedWrite> Told { get; init; }

    /// <summary>The verdicts that were left.</summary>
    public required FleetVerdicts Verdicts { get; init; }

    /// <summary>What quotas have had at the end of the decision; null when none limits anything.</summary>
    public required QuotaLedger? Quotas { get; init; }

    /// <summary>The queues of which tasks got slots.</summary>
    public required IReadOnlySet<QueueKey> Placed { get; init; }

    /// <summary>True when what was found holds, but for what depends on tasks and hosts.</summary>
    /// <param name="now">What there is to look at.</param>
    public bool HoldsFor(ClusterSnapshot now) =>
        ReferenceEquals(now.State.Tasks, Tasks)
        && ReferenceEquals(now.State.Writes, Writes)
        && ReferenceEquals(now.State.Told.ByUid, Told)
        && ReferenceEquals(now.State.Verdicts, Verdicts)
        && now.Uptime >= Snapshot.Uptime
        && MayMark(now)
        && Snapshot.Settings == now.Settings
        && ReferenceEquals(Snapshot.Quotas, now.Quotas)
        && SettledInputs.AreSame(Snapshot.Agents, now.Agents)
        && SettledInputs.AreEqual(Snapshot.InferenceServices, now.InferenceServices);

    /// <summary>False while what a task is told depends on more than marks tell: on which host has probed the operator's server.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    public static bool MayMark(ClusterSnapshot snapshot) => string.IsNullOrEmpty(snapshot.Settings.InferenceBaseUrlOverride);
}

/// <summary>What of the last decision holds for the present one.</summary>
/// <param name="Lists">The tasks.</param>
/// <param name="Diff">Which of them are other objects; null when there was no decision.</param>
/// <param name="AllSame">True when all are the same objects in the same order, and none had or has a decision without an answer.</param>
/// <param name="IsFollowed">True when what was observed of tasks is what the last decision left.</param>
/// <param name="Kept">What the last decision found; null when nothing of it holds.</param>
internal sealed record Recalled(TaskLists Lists, TaskDiff? Diff, bool AllSame, bool IsFollowed, KeptRound? Kept)
{
    /// <summary>Which tasks wait for themselves; null when that is not known.</summary>
    public DependencyCycles? Cycles { get; init; }

    /// <summary>True when no task had or has a decision without an answer.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>What holds.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    public static Recalled Of(ClusterSnapshot snapshot)
    {
        if (snapshot.State.Kept is not { } kept)
        {
            return new(TaskLists.Of(snapshot), null, false, false, null);
        }

        var diff = TaskDiff.Of(kept.Snapshot.Tasks, snapshot.Tasks);
        var isAnswered = kept.Snapshot.Unconfirmed.Count == 0 && snapshot.Unconfirmed.Count == 0;
        var allSame = isAnswered && diff is { IsEmpty: true, IsInPlace: true };
        return new(
            allSame ? kept.Lists : (isAnswered ? kept.Lists.After(snapshot.Tasks, diff) : null) ?? TaskLists.Of(snapshot),
            diff,
            allSame,
            ReferenceEquals(snapshot.State.Tasks, kept.Tasks),
            kept.HoldsFor(snapshot) ? kept : null)
        {
            Cycles = kept.Cycles?.After(diff),
            IsAnswered = isAnswered,
        };
    }
}
