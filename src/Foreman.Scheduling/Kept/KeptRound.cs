using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

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

    /// <summary>The marks of tasks by their places, null for those that have none.</summary>
    public required QuietMark?[] Marks { get; init; }

    /// <summary>The classes that marks refer to; null for one that no mark refers to.</summary>
    public required KeptClass?[] Classes { get; init; }

    /// <summary>The observed tasks that were left.</summary>
    public required ImmutableDictionary<string, ObservedTask> Tasks { get; init; }

    /// <summary>The recorded writes that were left.</summary>
    public required ImmutableDictionary<string, RecordedWrite> Writes { get; init; }

    /// <summary>The verdicts that were left.</summary>
    public required FleetVerdicts Verdicts { get; init; }

    /// <summary>True when explanations found no room.</summary>
    public required bool LeftOut { get; init; }

    /// <summary>True when what was found holds, but for what depends on tasks and hosts.</summary>
    /// <param name="now">What there is to look at.</param>
    public bool HoldsFor(ClusterSnapshot now) =>
        ReferenceEquals(now.State.Tasks, Tasks)
        && ReferenceEquals(now.State.Writes, Writes)
        && ReferenceEquals(now.State.Verdicts, Verdicts)
        && now.Uptime >= Snapshot.Uptime
        && MayMark(now)
        && Snapshot.Settings == now.Settings
        && SettledInputs.AreSame(Snapshot.Agents, now.Agents)
        && SettledInputs.AreEqual(Snapshot.InferenceServices, now.InferenceServices);

    /// <summary>False while what a task is told depends on more than marks tell: on quotas, or on which host has probed the operator's server.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    public static bool MayMark(ClusterSnapshot snapshot) => !snapshot.Quotas.HasLimits && string.IsNullOrEmpty(snapshot.Settings.InferenceBaseUrlOverride);

    /// <summary>The marks of the tasks that are the same objects, by their places now.</summary>
    /// <param name="tasks">The tasks.</param>
    public QuietMark?[] MarksOf(IReadOnlyList<AgenticTask> tasks)
    {
        var (before, marks, next) = (Snapshot.Tasks, new QuietMark?[tasks.Count], 0);
        Dictionary<AgenticTask, int>? places = null;
        for (var place = 0; place < tasks.Count; place++)
        {
            var task = tasks[place];
            if (next < before.Count && ReferenceEquals(before[next], task))
            {
                marks[place] = Marks[next++];
            }
            else if (next < before.Count && string.Equals(before[next].Uid(), task.Uid(), StringComparison.Ordinal))
            {
                next++;
            }
            else if ((places ??= Places(before)).TryGetValue(task, out var found))
            {
                marks[place] = Marks[found];
                next = found + 1;
            }
        }

        return marks;
    }

    private static Dictionary<AgenticTask, int> Places(IReadOnlyList<AgenticTask> tasks)
    {
        var places = new Dictionary<AgenticTask, int>(tasks.Count, ReferenceEqualityComparer.Instance);
        for (var place = 0; place < tasks.Count; place++)
        {
            places[tasks[place]] = place;
        }

        return places;
    }
}

/// <summary>What of the last decision holds for the present one.</summary>
/// <param name="Lists">The tasks.</param>
/// <param name="AllSame">True when all tasks are the same objects in the same order, and none had or has a decision without an answer.</param>
/// <param name="IsObserved">True when nothing new is to be observed of tasks either.</param>
/// <param name="Kept">What the last decision found; null when nothing of it holds.</param>
internal sealed record Recalled(TaskLists Lists, bool AllSame, bool IsObserved, KeptRound? Kept)
{
    /// <summary>What holds.</summary>
    /// <param name="snapshot">What there is to look at.</param>
    public static Recalled Of(ClusterSnapshot snapshot)
    {
        if (snapshot.State.Kept is not { } kept)
        {
            return new(TaskLists.Of(snapshot), false, false, null);
        }

        var allSame = kept.Snapshot.Unconfirmed.Count == 0 && snapshot.Unconfirmed.Count == 0 && SettledInputs.AreSame(kept.Snapshot.Tasks, snapshot.Tasks);
        return new(
            allSame ? kept.Lists : TaskLists.Of(snapshot),
            allSame,
            allSame && ReferenceEquals(snapshot.State.Tasks, kept.Tasks),
            kept.HoldsFor(snapshot) ? kept : null);
    }
}
