using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>The difference between two states of a store.</summary>
/// <param name="Objects">The objects afterwards.</param>
/// <param name="Unreadable">
/// Objects whose newest version can't be decoded; their previous version stays in <paramref name="Objects"/>.
/// </param>
/// <param name="Changes">How <paramref name="Objects"/> differs from the one before.</param>
internal readonly record struct StoreDiff<T>(
    ImmutableDictionary<ObjectKey, T> Objects, ImmutableDictionary<ObjectKey, Observed<T>> Unreadable, IReadOnlyList<ResourceEvent<T>> Changes)
    where T : class, IResource<T>;

/// <summary>Computes what changes in a store.</summary>
internal static class StoreDiff
{
    /// <summary>
    /// The store after a complete list, and how it differs from the one before: what is gone comes first, by name; then
    /// the list in its order. So the same inputs always give the same events. Takes time in proportion to the objects.
    /// </summary>
    /// <param name="before">The store before.</param>
    /// <param name="listed">Items of the list, latest first; of duplicates the newer version counts.</param>
    /// <param name="sameHistory">False after a restore of the server: then equal versions need not be equal objects.</param>
    public static StoreDiff<T> Between<T>(
        ImmutableDictionary<ObjectKey, T> before, ImmutableStack<WatchEvent<Observed<T>>> listed, bool sameHistory = true)
        where T : class, IResource<T>
    {
        var newest = new Dictionary<ObjectKey, WatchEvent<Observed<T>>>(before.Count);
        List<ObjectKey> order = [];
        foreach (var item in listed)
        {
            var key = ObjectKey.Of(item.Object);
            if (newest.TryAdd(key, item))
            {
                order.Add(key);
            }
            else if (ResourceVersions.IsOlder(newest[key].Object.ResourceVersion(), item.Object.ResourceVersion()))
            {
                newest[key] = item;
            }
        }

        order.Reverse();
        return Merge(before, newest, order, sameHistory);
    }

    /// <summary>The store after one event of a watch.</summary>
    public static StoreDiff<T> Apply<T>(
        ImmutableDictionary<ObjectKey, T> objects, ImmutableDictionary<ObjectKey, Observed<T>> unreadable, WatchEvent<Observed<T>> watched)
        where T : class, IResource<T>
    {
        var key = ObjectKey.Of(watched.Object);
        var known = objects.GetValueOrDefault(key);
        if (watched.Type == WatchEventType.Deleted)
        {
            return known is null
                ? new(objects, unreadable.Remove(key), [])
                : new(objects.Remove(key), unreadable.Remove(key), [new(ResourceEventType.Deleted, watched.Object.Object ?? known)]);
        }

        if (watched.Object.Object is { } obj)
        {
            return new(objects.SetItem(key, obj), unreadable.Remove(key), Replace(known, obj));
        }

        var marked = unreadable.SetItem(key, watched.Object);
        return known is null || IsKept(known, watched.Object)
            ? new(objects, marked, [])
            : new(objects.Remove(key), marked, [new(ResourceEventType.Deleted, known)]);
    }

    private static StoreDiff<T> Merge<T>(
        ImmutableDictionary<ObjectKey, T> before, Dictionary<ObjectKey, WatchEvent<Observed<T>>> newest, List<ObjectKey> order, bool sameHistory)
        where T : class, IResource<T>
    {
        var objects = ImmutableDictionary.CreateBuilder<ObjectKey, T>();
        var unreadable = ImmutableDictionary.CreateBuilder<ObjectKey, Observed<T>>();
        List<ResourceEvent<T>> changes = [];
        foreach (var key in order)
        {
            var (type, item) = newest[key];
            var known = before.GetValueOrDefault(key);
            if (type == WatchEventType.Deleted)
            {
                continue;
            }

            if (item.Object is { } obj)
            {
                var replaced = Replace(known, obj, sameHistory);
                objects.Add(key, replaced.Length == 0 ? known! : obj);
                changes.AddRange(replaced);
                continue;
            }

            unreadable.Add(key, item);
            if (known is not null && IsKept(known, item))
            {
                objects.Add(key, known);
            }
        }

        var gone = before.Where(pair => !objects.ContainsKey(pair.Key))
            .OrderBy(pair => pair.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => new ResourceEvent<T>(ResourceEventType.Deleted, pair.Value));
        return new(objects.ToImmutable(), unreadable.ToImmutable(), [.. gone, .. changes]);
    }

    /// <summary>The previous version stays while the newer one can't be decoded, unless the object was re-created.</summary>
    private static bool IsKept<T>(T known, Observed<T> unreadable)
        where T : class, IResource<T> => known.Uid() == unreadable.Uid();

    private static ResourceEvent<T>[] Replace<T>(T? known, T item, bool sameHistory = true)
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

        return sameHistory && known.ResourceVersion() == item.ResourceVersion() ? [] : [new(ResourceEventType.Modified, item, known)];
    }
}
