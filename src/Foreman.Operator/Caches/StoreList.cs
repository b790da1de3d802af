using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.Operator.Caches;

/// <summary>The objects of a store as an array, the same one while the store is the same: so decisions see at once that nothing has changed.</summary>
/// <typeparam name="T">Kind of the objects.</typeparam>
/// <param name="store">The store.</param>
internal sealed class StoreList<T>(Store<T> store)
    where T : class, IResource<T>
{
    private volatile Listed? _last;

    /// <summary>The objects now.</summary>
    public IReadOnlyList<T> Current
    {
        get
        {
            var (objects, last) = (store.Snapshot(), _last);
            if (last is null || !ReferenceEquals(last.Objects, objects))
            {
                _last = last = new(objects, [.. objects.Values]);
            }

            return last.Items;
        }
    }

    private sealed record Listed(ImmutableDictionary<ObjectKey, T> Objects, T[] Items);
}
