using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>
/// The objects of a kind as a <see cref="Reflector{T}"/> knows them. Any number of consumers may share it; reading takes no
/// lock and sees the objects as of one moment.
/// </summary>
/// <typeparam name="T">Kind of the objects.</typeparam>
public sealed class Store<T>
    where T : class, IResource<T>
{
    private readonly Lock _lock = new();
    private ImmutableArray<Subscription> _subscriptions = [];
    private volatile StoreContents<T> _contents = new();

    /// <summary>How many objects there are.</summary>
    public int Count => _contents.Objects.Count;

    /// <summary>All objects at this moment; the dictionary never changes.</summary>
    public ImmutableDictionary<ObjectKey, T> Snapshot() => _contents.Objects;

    /// <summary>An object, or null when it is not known.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    public T? Get(string name, string? ns = null) => _contents.Objects.GetValueOrDefault(new ObjectKey(ns, name));

    /// <summary>
    /// Keeps an index from now on, so that <see cref="ByIndex"/> finds objects without looking at all of them. What is there
    /// already is indexed at once.
    /// </summary>
    /// <param name="name">Name of the index.</param>
    /// <param name="keysOf">
    /// The keys under which an object is found: none, one or several. It must give the same keys for the same object each
    /// time, and must not throw.
    /// </param>
    /// <exception cref="ArgumentException">There is an index of that name.</exception>
    public void AddIndexer(string name, Func<T, IEnumerable<string>> keysOf)
    {
        lock (_lock)
        {
            var contents = _contents;
            if (contents.Indexes.ContainsKey(name))
            {
                throw new ArgumentException($"the store of {T.Type.Plural} has an index `{name}` already: give this one another name", nameof(name));
            }

            var index = new StoreIndex<T>(keysOf).With(contents.Objects, [.. contents.Objects.Values.Select(obj => new ResourceEvent<T>(ResourceEventType.Added, obj))]);
            _contents = contents with { Indexes = contents.Indexes.Add(name, index) };
        }
    }

    /// <summary>The objects that an index has under a key; the dictionary never changes.</summary>
    /// <param name="name">Name of the index.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">There is no index of that name.</exception>
    public ImmutableDictionary<ObjectKey, T> ByIndex(string name, string key) =>
        Index(name).Entries.GetValueOrDefault(key, ImmutableDictionary<ObjectKey, T>.Empty);

    /// <summary>The keys under which an index has at least one object.</summary>
    /// <param name="name">Name of the index.</param>
    /// <exception cref="ArgumentException">There is no index of that name.</exception>
    public IEnumerable<string> IndexKeys(string name) => Index(name).Entries.Keys;

    /// <summary>
    /// Calls a handler with an addition for each existing object, then with each change, in order. It runs on the watch's
    /// thread, so it must not throw or block: enqueue longer work.
    /// </summary>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable Subscribe(Action<ResourceEvent<T>> handler)
    {
        lock (_lock)
        {
            var subscription = new Subscription(this, handler);
            foreach (var obj in _contents.Objects.Values)
            {
                handler(new(ResourceEventType.Added, obj));
            }

            _subscriptions = _subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Applies changes: at once for readers, one by one for handlers.</summary>
    /// <param name="changes">What changes, in order.</param>
    /// <param name="whole">All objects afterwards, where the caller has them.</param>
    internal void Apply(IReadOnlyList<ResourceEvent<T>> changes, ImmutableDictionary<ObjectKey, T>? whole = null)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _contents = _contents.With(changes, whole);
            foreach (var subscription in _subscriptions)
            {
                foreach (var change in changes)
                {
                    subscription.Handler(change);
                }
            }
        }
    }

    private StoreIndex<T> Index(string name) => _contents.Indexes.GetValueOrDefault(name)
        ?? throw new ArgumentException($"the store of {T.Type.Plural} has no index `{name}`: add it with AddIndexer", nameof(name));

    private void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = _subscriptions.Remove(subscription);
        }
    }

    private sealed class Subscription(Store<T> store, Action<ResourceEvent<T>> handler) : IDisposable
    {
        public Action<ResourceEvent<T>> Handler => handler;

        public void Dispose() => store.Remove(this);
    }
}
