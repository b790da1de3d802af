using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>Whether a queue accepts and yields keys.</summary>
internal enum WorkQueuePhase
{
    /// <summary>Keys come and go.</summary>
    Open,

    /// <summary>No key is accepted; ready ones are still processed.</summary>
    Draining,

    /// <summary>No key is accepted or yielded.</summary>
    Closed,
}

/// <summary>The state of a waiting key.</summary>
internal enum WaitingState
{
    /// <summary>Its time has not come.</summary>
    Delayed,

    /// <summary>It may be taken.</summary>
    Ready,

    /// <summary>Its time has come and a worker still has it: it is ready once that worker is done.</summary>
    AwaitingDone,
}

/// <summary>A key that waits.</summary>
/// <param name="State">Its state.</param>
/// <param name="Priority">The highest that was requested.</param>
/// <param name="DueAt">The earliest time that was requested; from then on it is ready.</param>
/// <param name="Order">Grows with each placing: first in, first out among equals.</param>
internal readonly record struct WaitingKey(WaitingState State, int Priority, TimeSpan DueAt, long Order);

/// <summary>A waiting key as an entry of a sorted set.</summary>
internal readonly record struct RankedKey<TKey>(TKey Key, int Priority, TimeSpan DueAt, long Order)
    where TKey : notnull
{
    /// <summary>More important first, then first come.</summary>
    public static IComparer<RankedKey<TKey>> ByPriority { get; } = Comparer<RankedKey<TKey>>.Create(
        static (x, y) => x.Priority != y.Priority ? y.Priority.CompareTo(x.Priority) : x.Order.CompareTo(y.Order));

    /// <summary>First come.</summary>
    public static IComparer<RankedKey<TKey>> ByOrder { get; } = Comparer<RankedKey<TKey>>.Create(
        static (x, y) => x.Order.CompareTo(y.Order));

    /// <summary>First due, then first come.</summary>
    public static IComparer<RankedKey<TKey>> ByDue { get; } = Comparer<RankedKey<TKey>>.Create(
        static (x, y) => x.DueAt != y.DueAt ? x.DueAt.CompareTo(y.DueAt) : x.Order.CompareTo(y.Order));
}

/// <summary>A key that a worker has.</summary>
internal readonly record struct ProcessingKey(TimeSpan Since);

/// <summary>The state of a work queue; immutable, with updates in O(log n).</summary>
internal sealed record WorkQueueState<TKey>
    where TKey : notnull
{
    public WorkQueuePhase Phase { get; init; }

    /// <summary>Time since the queue was created; never decreases.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>Every key that waits, once.</summary>
    public ImmutableDictionary<TKey, WaitingKey> Waiting { get; init; } = ImmutableDictionary<TKey, WaitingKey>.Empty;

    /// <summary>The keys at <see cref="WaitingState.Ready"/>, in processing order.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> Ready { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByPriority);

    /// <summary>The same keys, oldest first.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> ReadyByAge { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByOrder);

    /// <summary>The keys at <see cref="WaitingState.Delayed"/>.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> Delayed { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByDue);

    /// <summary>Keys that workers have.</summary>
    public ImmutableDictionary<TKey, ProcessingKey> Processing { get; init; } = ImmutableDictionary<TKey, ProcessingKey>.Empty;

    /// <summary>Failures in a row, by key.</summary>
    public ImmutableDictionary<TKey, int> Failures { get; init; } = ImmutableDictionary<TKey, int>.Empty;

    /// <summary>Last <see cref="WaitingKey.Order"/> that was given.</summary>
    public long LastOrder { get; init; }

    /// <summary>Takes in a row in which the oldest key was passed over for a more important one.</summary>
    public int PassedOver { get; init; }

    /// <summary>State of the jitter sequence.</summary>
    public ulong Jitter { get; init; }

    /// <summary>Keys that got work so far, repetitions of waiting keys not counted.</summary>
    public long Adds { get; init; }

    /// <summary>Keys that were added again after a failure so far.</summary>
    public long Retries { get; init; }

    /// <summary>When the next delayed key is due; null when there is none.</summary>
    public TimeSpan? NextDue => Delayed.IsEmpty ? null : Delayed.Min.DueAt;

    /// <summary>True when no further key will be yielded.</summary>
    public bool IsOver => Phase == WorkQueuePhase.Closed || (Phase == WorkQueuePhase.Draining && Waiting.IsEmpty);
}
