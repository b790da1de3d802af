using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>The objects of a kind as a <see cref="Reflector{T}"/> knows them. Reading takes no lock.</summary>
/// <typeparam name="T">Kind of the objects.</typeparam>
public sealed class Store<T>
    where T : class, IResource<T>
{
    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private volatile ImmutableDictionary<ObjectKey, T> _objects = ImmutableDictionary<ObjectKey, T>.Empty;

    /// <summary>All objects at this moment; the dictionary never changes.</summary>
    public ImmutableDictionary<ObjectKey, T> Snapshot() => _objects;

    /// <summary>An object, or null when it is not known.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    public T? Get(string name, string? ns = null) => _objects.GetValueOrDefault(new ObjectKey(ns, name));

    /// <summary>
    /// Calls a handler with an addition for each object there is, then with each change, in order. It is called on the
    /// thread that watches, so it must not throw and must return soon: put what takes time into a queue.
    /// </summary>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable Subscribe(Action<ResourceEvent<T>> handler)
    {
        lock (_lock)
        {
            var subscription = new Subscription(this, handler);
            foreach (var obj in _objects.Values)
            {
                handler(new(ResourceEventType.Added, obj));
            }

            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Makes changes visible, all at once for readers, one by one for handlers.</summary>
    internal void Apply(IReadOnlyList<ResourceEvent<T>> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            var builder = _objects.ToBuilder();
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

            _objects = builder.ToImmutable();
            foreach (var subscription in _subscriptions.ToArray())
            {
                foreach (var change in changes)
                {
                    subscription.Handler(change);
                }
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private sealed class Subscription(Store<T> store, Action<ResourceEvent<T>> handler) : IDisposable
    {
        public Action<ResourceEvent<T>> Handler => handler;

        public void Dispose() => store.Remove(this);
    }
}
