using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>What the tasks of a namespace, or of one queue within it, may use together.</summary>
public sealed record Quota
{
    /// <summary>Hours of a window where none are given.</summary>
    public const int DefaultWindowHours = 24;

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Value of the label of the queue's tasks; null for all tasks of the namespace, those of its queues too.</summary>
    public string? Queue { get; init; }

    /// <summary>How large a share of slots is against that of others, 1 to 1,000; null when the entry does not say.</summary>
    public int? Weight { get; init; }

    /// <summary>Most tokens, sent to models and made by them, in each span of <see cref="WindowHours"/>; null for no limit.</summary>
    public long? TokensPerWindow { get; init; }

    /// <summary>Most seconds of slots in each span of <see cref="WindowHours"/>; null for no limit.</summary>
    public long? SecondsPerWindow { get; init; }

    /// <summary>For how many hours after its end a run counts, 1 to 744.</summary>
    public int WindowHours { get; init; } = DefaultWindowHours;

    /// <summary>Most tasks that hold slots at once; null for no limit.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>Whose quota it is, as a sentence names it.</summary>
    public string Owner => Queue is null ? $"namespace {Namespace}" : $"queue {Queue} of namespace {Namespace}";

    internal TimeSpan Window => TimeSpan.FromHours(WindowHours);

    internal bool HasWindow => TokensPerWindow is not null || SecondsPerWindow is not null;

    internal bool HasLimit => HasWindow || MaxRunning is not null;

    internal QueueKey Key => new(Namespace, Queue);
}

/// <summary>All quotas; never more than one of a namespace or of a queue. Two are equal only when they are the same object.</summary>
public sealed class QuotaSet
{
    private readonly FrozenDictionary<QueueKey, Quota> _byKey;

    /// <param name="quotas">The quotas; of several of one queue the first one counts.</param>
    public QuotaSet(IEnumerable<Quota> quotas)
    {
        All = [.. quotas.DistinctBy(q => q.Key)];
        _byKey = All.ToFrozenDictionary(q => q.Key);
    }

    /// <summary>No quotas, and equal shares.</summary>
    public static QuotaSet None { get; } = new([]);

    /// <summary>In the order of their file.</summary>
    public ImmutableArray<Quota> All { get; }

    internal bool HasLimits => All.Any(q => q.HasLimit);

    /// <summary>Weight of a queue: its own, else that of its namespace, else 1.</summary>
    internal int WeightOf(QueueKey queue) => Find(queue)?.Weight ?? Find(queue with { Name = null })?.Weight ?? 1;

    /// <summary>The quotas with limits that a task of a queue counts for: that of its namespace, then that of the queue.</summary>
    internal IEnumerable<Quota> LimitsOf(QueueKey queue)
    {
        if (Find(queue with { Name = null }) is { HasLimit: true } whole)
        {
            yield return whole;
        }

        if (queue.Name is not null && Find(queue) is { HasLimit: true } own)
        {
            yield return own;
        }
    }

    private Quota? Find(QueueKey key) => _byKey.GetValueOrDefault(key);
}
