using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>Computes what changes in a store.</summary>
internal static class StoreDiff
{
    /// <summary>
    /// The store after a complete list, and how it differs from the one before: what is gone comes first, by name; then
    /// the list in its order. So the same inputs always give the same events.
    /// </summary>
    public static (ImmutableDictionary<ObjectKey, T> Objects, IReadOnlyList<ResourceEvent<T>> Changes) Between<T>(
        ImmutableDictionary<ObjectKey, T> before, IReadOnlyList<T> list)
        where T : class, IResource<T>
    {
        var after = ImmutableDictionary.CreateBuilder<ObjectKey, T>();
        foreach (var item in list)
        {
            after[ObjectKey.Of(item)] = item;
        }

        var changes = before.Where(pair => !after.ContainsKey(pair.Key))
            .OrderBy(pair => pair.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => new ResourceEvent<T>(ResourceEventType.Deleted, pair.Value))
            .ToList();
        foreach (var item in list.Where(item => ReferenceEquals(item, after[ObjectKey.Of(item)])))
        {
            changes.AddRange(Replace(before.GetValueOrDefault(ObjectKey.Of(item)), item));
        }

        return (after.ToImmutable(), changes);
    }

    /// <summary>The store after one event of a watch.</summary>
    public static (ImmutableDictionary<ObjectKey, T> Objects, IReadOnlyList<ResourceEvent<T>> Changes) Apply<T>(
        ImmutableDictionary<ObjectKey, T> before, ObjectKey key, WatchEvent<T> watched)
        where T : class, IResource<T>
    {
        var known = before.GetValueOrDefault(key);
        if (watched.Type != WatchEventType.Deleted)
        {
            return (before.SetItem(key, watched.Object), [.. Replace(known, watched.Object)]);
        }

        return known is null ? (before, []) : (before.Remove(key), [new(ResourceEventType.Deleted, watched.Object)]);
    }

    private static IEnumerable<ResourceEvent<T>> Replace<T>(T? known, T item)
        where T : class, IResource<T>
    {
        if (known is null)
        {
            return [new(ResourceEventType.Added, item)];
        }

        if (known.Uid() != item.Uid())
        {
            return [new(ResourceEventType.Deleted, known), new(ResourceEventType.Added, item)];
        }

        return known.ResourceVersion() == item.ResourceVersion() ? [] : [new(ResourceEventType.Modified, item, known)];
    }
}
