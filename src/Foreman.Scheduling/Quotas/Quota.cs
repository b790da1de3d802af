using System.Collections.Frozen;
using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What the tasks of a namespace, of one queue within it, or of a role in one of them or everywhere, may use together.</summary>
public sealed record Quota
{
    /// <summary>Hours of a window where none are given.</summary>
    public const int DefaultWindowHours = 24;

    /// <summary>The namespace; null for all of them, which takes a <see cref="Role"/>.</summary>
    public string? Namespace { get; init; }

    /// <summary>Value of the label of the queue's tasks; null for all tasks of the namespace, those of its queues too.</summary>
    public string? Queue { get; init; }

    /// <summary>Role of the Agents whose tasks count, as these are now; null for tasks of every Agent. The built-in Agent is a coder.</summary>
    public AgentRole? Role { get; init; }

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
    public string Owner => (Role, Place) switch
    {
        ({ } role, null) => $"role {role}",
        ({ } role, { } place) => $"role {role} of {place}",
        (null, var place) => place ?? "all namespaces",
    };

    internal TimeSpan Window => TimeSpan.FromHours(WindowHours);

    internal bool HasWindow => TokensPerWindow is not null || SecondsPerWindow is not null;

    internal bool HasLimit => HasWindow || MaxRunning is not null;

    internal QuotaKey Key => new(Namespace, Queue, Role);

    private string? Place => Queue is not null ? $"queue {Queue} of namespace {Namespace}" : Namespace is null ? null : $"namespace {Namespace}";

    /// <summary>True when tasks of a queue and a role count for it.</summary>
    /// <param name="queue">Their queue.</param>
    /// <param name="role">Their role; null for none that is known.</param>
    internal bool Covers(QueueKey queue, AgentRole? role) =>
        (Namespace is null || Namespace == queue.Namespace) && (Queue is null || Queue == queue.Name) && (Role is null || Role == role);
}

/// <summary>Which tasks count for a quota.</summary>
/// <param name="Namespace">Their namespace; null for any.</param>
/// <param name="Queue">Their queue; null for any.</param>
/// <param name="Role">Their role; null for any.</param>
internal readonly record struct QuotaKey(string? Namespace, string? Queue, AgentRole? Role);

/// <summary>All quotas; never more than one of the same tasks. Two are equal only when they are the same object.</summary>
public sealed class QuotaSet
{
    private readonly FrozenDictionary<QuotaKey, Quota> _byKey;

    /// <param name="quotas">The quotas; of several of the same tasks the first one counts.</param>
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

    internal bool HasRoles => All.Any(q => q.Role is not null);

    /// <summary>Weight of a queue: its own, else that of its namespace, else 1.</summary>
    internal int WeightOf(QueueKey queue) => Find(new(queue.Namespace, queue.Name, null))?.Weight ?? Find(new(queue.Namespace, null, null))?.Weight ?? 1;

    /// <summary>
    /// The quotas with limits that a task of a queue and a role counts for: that of its namespace, then that of the queue; then those of the role, everywhere,
    /// in the namespace and in the queue.
    /// </summary>
    internal IEnumerable<Quota> LimitsOf(QueueKey queue, AgentRole? role)
    {
        foreach (var key in KeysOf(queue, role))
        {
            if (Find(key) is { HasLimit: true } quota)
            {
                yield return quota;
            }
        }
    }

    private static IEnumerable<QuotaKey> KeysOf(QueueKey queue, AgentRole? role)
    {
        yield return new(queue.Namespace, null, null);
        if (queue.Name is not null)
        {
            yield return new(queue.Namespace, queue.Name, null);
        }

        if (role is null)
        {
            yield break;
        }

        yield return new(null, null, role);
        yield return new(queue.Namespace, null, role);
        if (queue.Name is not null)
        {
            yield return new(queue.Namespace, queue.Name, role);
        }
    }

    private Quota? Find(QuotaKey key) => _byKey.GetValueOrDefault(key);
}
