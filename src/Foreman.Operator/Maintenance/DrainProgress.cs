using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Maintenance;

/// <summary>A drain at a moment; tasks by namespace and name. Pure.</summary>
/// <param name="Held">The tasks that the host has.</param>
/// <param name="Left">Those that have left it, with what became of each.</param>
internal sealed record DrainProgress(ImmutableSortedDictionary<string, string> Held, ImmutableSortedDictionary<string, string> Left)
{
    /// <summary>Nothing was seen yet.</summary>
    public static DrainProgress Empty { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>False while the operator may still place tasks on the host, as it has not said that it saw the drain.</summary>
    public bool IsSeen { get; private init; }

    /// <summary>Why a host without tasks does not count as empty; null when it does, or has one.</summary>
    public string? Awaited { get; private init; }

    /// <summary>Why the drain is no longer asked for; null while it is.</summary>
    public string? Ended { get; private init; }

    /// <summary>Why what is known may be old; null while all is well.</summary>
    public string? Trouble { get; init; }

    /// <summary>True when the host has no task and gets none.</summary>
    public bool IsEmpty => IsSeen && Held.IsEmpty;

    /// <summary>The next one.</summary>
    /// <param name="tasks">All tasks of the cluster.</param>
    /// <param name="drained">The host as the drain was stored.</param>
    /// <param name="now">The host as it is; null when it is gone.</param>
    public DrainProgress Next(IEnumerable<AgenticTask> tasks, FleetNode drained, FleetNode? now)
    {
        var byName = tasks.ToDictionary(t => ObjectKey.Of(t).ToString(), StringComparer.Ordinal);
        var held = byName.Where(t => IsHeld(t.Value, drained.Name())).ToImmutableSortedDictionary(t => t.Key, t => Text(t.Value), StringComparer.Ordinal);
        var left = Held.Keys.Where(k => !held.ContainsKey(k)).Select(k => KeyValuePair.Create(k, byName.TryGetValue(k, out var task) ? Text(task) : "deleted"));
        var isSeen = now is not null && HasSeen(now, drained);
        return new(held, Left.SetItems(left).RemoveRange(held.Keys))
        {
            IsSeen = isSeen,
            Awaited = held.IsEmpty && !isSeen ? "it has no task; the operator has not said yet that it gets none" : null,
            Ended = now?.Uid() != drained.Uid() ? "was deleted meanwhile" : IsAsked(now, drained) ? null : "is no longer drained: somebody took it back",
        };
    }

    /// <summary>What has changed since an earlier one, a line each.</summary>
    public IEnumerable<string> Since(DrainProgress before) =>
    [
        .. Held.Where(h => before.Held.GetValueOrDefault(h.Key) != h.Value).Select(h => $"has   {h.Key}: {h.Value}"),
        .. Left.Where(l => before.Left.GetValueOrDefault(l.Key) != l.Value).Select(l => $"left  {l.Key}: {l.Value}"),
        .. Awaited is { } awaited && awaited != before.Awaited ? [awaited] : Array.Empty<string>(),
        .. Trouble is { } trouble && trouble != before.Trouble ? [$"trying again: {TryFormat.OneLine(trouble, 300)}"] : Array.Empty<string>(),
    ];

    private static bool IsAsked(FleetNode now, FleetNode drained) => now.Spec.Drain is not null || now.Metadata.Generation < drained.Metadata.Generation;

    // A host that never had an agent is none of the operator's, which says nothing about it.
    private static bool HasSeen(FleetNode now, FleetNode drained) =>
        (now.Status?.Conditions.Find(ConditionTypes.Schedulable) is { Status: Conditions.False, ObservedGeneration: var seen } && seen >= drained.Metadata.Generation)
        || (now.Status?.Instance is null && now.Status?.Conditions.Find(ConditionTypes.Ready) is null);

    private static string Text(AgenticTask task) => TryFormat.OneLine(TryFormat.Task(task), 200);

    private static bool IsHeld(AgenticTask task, string node) =>
        task.Status.AssignedNode == node && (task.PhaseOrPending() == TaskPhase.Scheduled || task.PhaseOrPending() == TaskPhase.Running);
}
