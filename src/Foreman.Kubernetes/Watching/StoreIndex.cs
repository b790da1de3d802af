using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>An index of a store's objects by the keys of a function.</summary>
internal sealed record StoreIndex<T>(Func<T, IEnumerable<string>> KeysOf)
    where T : class, IResource<T>
{
    public ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>> Entries { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>.Empty;

    /// <summary>The index after changes.</summary>
    /// <param name="before">The objects before them: the index function is called again for the old keys of an object.</param>
    /// <param name="changes">What changes, in order.</param>
    public StoreIndex<T> With(ImmutableDictionary<ObjectKey, T> before, IReadOnlyList<ResourceEvent<T>> changes)
    {
        var entries = Entries.ToBuilder();
        foreach (var change in changes)
        {
            var key = ObjectKey.Of(change.Object);
            if (change.Type != ResourceEventType.Added && before.GetValueOrDefault(key) is { } old)
            {
                Remove(entries, key, old);
            }

            if (change.Type != ResourceEventType.Deleted)
            {
                Add(entries, key, change.Object);
            }
        }

        return this with { Entries = entries.ToImmutable() };
    }

    private void Add(ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>.Builder entries, ObjectKey key, T obj)
    {
        foreach (var value in KeysOf(obj))
        {
            entries[value] = entries.GetValueOrDefault(value, ImmutableDictionary<ObjectKey, T>.Empty).SetItem(key, obj);
        }
    }

    private void Remove(ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>.Builder entries, ObjectKey key, T obj)
    {
        foreach (var value in KeysOf(obj))
        {
            var rest = entries.GetValueOrDefault(value, ImmutableDictionary<ObjectKey, T>.Empty).Remove(key);
            if (rest.IsEmpty)
            {
                entries.Remove(value);
            }
            else
            {
                entries[value] = rest;
            }
        }
    }
}
