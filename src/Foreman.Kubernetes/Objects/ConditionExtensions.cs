namespace Foreman.Kubernetes;

/// <summary>Conditions with the generation that they are about, so that readers can detect outdated observations.</summary>
public static class ConditionExtensions
{
    /// <summary>
    /// The list with one condition set as observed of an object's present generation. The transition time moves only when the
    /// status really changes; an equal condition gives back the same list. So does an observation of a generation older than
    /// the current one.
    /// </summary>
    /// <param name="conditions">The current list; null counts as empty.</param>
    /// <param name="about">The object that was observed.</param>
    /// <param name="condition">The condition; its own transition time and generation are ignored.</param>
    /// <param name="now">Time of the observation, kept to whole seconds as the API does.</param>
    public static IReadOnlyList<V1Condition> SetFor(
        this IReadOnlyList<V1Condition>? conditions, IKubernetesObject about, V1Condition condition, DateTimeOffset now)
    {
        IReadOnlyList<V1Condition> list = conditions ?? [];
        return list.Find(condition.Type)?.ObservedGeneration > about.Metadata.Generation
            ? list
            : list.Set(condition with { ObservedGeneration = about.Metadata.Generation }, now);
    }

    /// <summary>The list without the condition of a type; the same list when there is none.</summary>
    public static IReadOnlyList<V1Condition> Without(this IReadOnlyList<V1Condition>? conditions, string type)
    {
        IReadOnlyList<V1Condition> list = conditions ?? [];
        return list.Find(type) is null ? list : [.. list.Where(c => c.Type != type)];
    }

    /// <summary>True when the condition of that type is there with status <c>False</c>.</summary>
    public static bool IsFalse(this IReadOnlyList<V1Condition>? conditions, string type) => conditions.Find(type)?.Status == Conditions.False;

    /// <summary>True when the condition of that type is there and is about the object's present generation.</summary>
    public static bool IsCurrent(this IReadOnlyList<V1Condition>? conditions, string type, IKubernetesObject about) =>
        conditions.Find(type) is { } condition && condition.ObservedGeneration == about.Metadata.Generation;
}
