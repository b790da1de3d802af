using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>The objects of a store and their indexes at one moment: never changed, replaced as a whole.</summary>
internal sealed record StoreContents<T>
    where T : class, IResource<T>
{
    public ImmutableDictionary<ObjectKey, T> Objects { get; init; } = ImmutableDictionary<ObjectKey, T>.Empty;

    public ImmutableDictionary<string, StoreIndex<T>> Indexes { get; init; } = ImmutableDictionary<string, StoreIndex<T>>.Empty;

    /// <summary>The contents after changes. A single change costs the logarithm of the objects.</summary>
    /// <param name="changes">What changes, in order.</param>
    /// <param name="whole">The objects afterwards, if already computed; they are then shared.</param>
    public StoreContents<T> With(IReadOnlyList<ResourceEvent<T>> changes, ImmutableDictionary<ObjectKey, T>? whole) => this with
    {
        Objects = whole ?? Changed(changes),
        Indexes = Indexes.IsEmpty ? Indexes : Indexes.ToImmutableDictionary(index => index.Key, index => index.Value.With(Objects, changes)),
    };

    private ImmutableDictionary<ObjectKey, T> Changed(IReadOnlyList<ResourceEvent<T>> changes)
    {
        var builder = Objects.ToBuilder();
        foreach (var change in changes)
        {
            var key = ObjectKey.Of(change.Object);
            if (change.Type == ResourceEventType.Deleted)
            {
                builder.Remove(key);
            }
            else
            {
                builder[key] = change.Object;
            }
        }

        return builder.ToImmutable();
    }
}
