using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>Whether a queue accepts and hands out keys.</summary>
internal enum WorkQueuePhase
{
    /// <summary>Keys come and go.</summary>
    Open,

    /// <summary>No key is accepted; those that have work now are handed out.</summary>
    Draining,

    /// <summary>No key is accepted or handed out.</summary>
    Closed,
}

/// <summary>Where a waiting key stands.</summary>
internal enum WaitingPlace
{
    /// <summary>Its time has not come.</summary>
    Delayed,

    /// <summary>It may be taken.</summary>
    Ready,

    /// <summary>Its time has come and a worker still has it: it is ready once that worker is done.</summary>
    Parked,
}

/// <summary>A key that waits.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Priority">The highest that was asked for.</param>
/// <param name="DueAt">The earliest time that was asked for; since then it waits to be taken.</param>
/// <param name="Order">Grows with each placing: first in, first out among equals.</param>
internal readonly record struct WaitingKey(WaitingPlace Place, int Priority, TimeSpan DueAt, long Order);

/// <summary>A waiting key as it stands in a sorted set.</summary>
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

/// <summary>All that a work queue knows; the machine makes a new one for each input, in a time that grows with the logarithm of the keys.</summary>
internal sealed record WorkQueueState<TKey>
    where TKey : notnull
{
    public WorkQueuePhase Phase { get; init; }

    /// <summary>Time since the queue began; never goes back.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>Every key that waits, once.</summary>
    public ImmutableDictionary<TKey, WaitingKey> Waiting { get; init; } = ImmutableDictionary<TKey, WaitingKey>.Empty;

    /// <summary>The keys at <see cref="WaitingPlace.Ready"/>, in the order in which they are handed out.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> Ready { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByPriority);

    /// <summary>The same keys, oldest first.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> ReadyByAge { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByOrder);

    /// <summary>The keys at <see cref="WaitingPlace.Delayed"/>.</summary>
    public ImmutableSortedSet<RankedKey<TKey>> Delayed { get; init; } = ImmutableSortedSet.Create(RankedKey<TKey>.ByDue);

    /// <summary>Keys that workers have.</summary>
    public ImmutableDictionary<TKey, ProcessingKey> Processing { get; init; } = ImmutableDictionary<TKey, ProcessingKey>.Empty;

    /// <summary>Failures in a row, by key.</summary>
    public ImmutableDictionary<TKey, int> Failures { get; init; } = ImmutableDictionary<TKey, int>.Empty;

    /// <summary>Last <see cref="WaitingKey.Order"/> that was given.</summary>
    public long LastOrder { get; init; }

    /// <summary>Takes in a row in which the oldest key was passed over for a more important one.</summary>
    public int PassedOver { get; init; }

    /// <summary>Where the row of chances stands.</summary>
    public ulong Jitter { get; init; }

    /// <summary>Keys that got work so far, repetitions of waiting keys not counted.</summary>
    public long Adds { get; init; }

    /// <summary>Keys that were added again after a failure so far.</summary>
    public long Retries { get; init; }

    /// <summary>When the next delayed key is due; null when there is none.</summary>
    public TimeSpan? NextDue => Delayed.IsEmpty ? null : Delayed.Min.DueAt;

    /// <summary>True when no key will be handed out any more.</summary>
    public bool IsOver => Phase == WorkQueuePhase.Closed || (Phase == WorkQueuePhase.Draining && Waiting.IsEmpty);
}
