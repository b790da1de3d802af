namespace Foreman.Kubernetes;

/// <summary>One observation about an object (meta/v1 Condition).</summary>
public sealed record V1Condition
{
    /// <summary>CamelCase name of the condition; at most one entry per type.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get => field ?? ""; init; }

    /// <summary>Generation of the object that the observation is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed; not when the message did.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>CamelCase reason, from a closed list.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>What, where, why and what to do, for people; at most 32768 characters.</summary>
    public string Message { get => field ?? ""; init; }
}

/// <summary>Reading and writing lists of conditions.</summary>
public static class Conditions
{
    /// <summary>The value <c>True</c> of a condition's status.</summary>
    public const string True = "True";

    /// <summary>The value <c>False</c> of a condition's status.</summary>
    public const string False = "False";

    /// <summary>The value <c>Unknown</c> of a condition's status.</summary>
    public const string Unknown = "Unknown";

    /// <summary>The condition of a type, or null.</summary>
    public static V1Condition? Find(this IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type);

    /// <summary>True when the condition of that type is there with status <c>True</c>.</summary>
    public static bool IsTrue(this IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions.Find(type)?.Status == True;

    /// <summary>
    /// The list with one condition set. The transition time moves only when the status really changes;
    /// an equal condition gives back the same list, so that callers can see that nothing needs writing.
    /// </summary>
    /// <param name="conditions">The current list; null counts as empty.</param>
    /// <param name="condition">The condition to set; its own transition time is ignored.</param>
    /// <param name="now">Time of the observation, kept to whole seconds as the API does.</param>
    public static IReadOnlyList<V1Condition> Set(
        this IReadOnlyList<V1Condition>? conditions, V1Condition condition, DateTimeOffset now)
    {
        IReadOnlyList<V1Condition> list = conditions ?? [];
        var old = list.Find(condition.Type);
        var second = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        var entry = condition with
        {
            LastTransitionTime = old is not null && old.Status == condition.Status ? old.LastTransitionTime ?? second : second,
        };
        if (old == entry)
        {
            return list;
        }

        return old is null ? [.. list, entry] : [.. list.Select(c => c.Type == condition.Type ? entry : c)];
    }
}
