using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>A source of keys for a controller.</summary>
internal interface IControllerSource : IDisposable
{
    /// <summary>Plural of the kind that is followed.</summary>
    string Kind { get; }

    /// <summary>Done when the store is complete for the first time.</summary>
    Task Ready { get; }

    /// <summary>Why the store may be stale; null while there is no error.</summary>
    Exception? LastError { get; }
}

/// <summary>A source before there is a client.</summary>
internal interface ISourceTemplate
{
    /// <summary>Makes the source.</summary>
    /// <param name="reflectors">Where the store is, shared with other controllers.</param>
    /// <param name="defaults">Namespaces, clock, log.</param>
    /// <param name="enqueue">Takes an object to reconcile and its priority.</param>
    IControllerSource Create(ReflectorSet reflectors, ReflectorOptions defaults, Action<ObjectKey, int> enqueue);
}

/// <summary>Watches a kind and enqueues the keys that each change maps to.</summary>
internal sealed class ControllerSource<T> : IControllerSource
    where T : class, IResource<T>
{
    private readonly Func<ResourceEvent<T>, IEnumerable<ObjectKey>> _keys;
    private readonly Action<ObjectKey, int> _enqueue;
    private readonly Reflector<T> _reflector;
    private readonly ILogger _logger;
    private readonly IDisposable _subscription;

    public ControllerSource(ReflectorSet reflectors, ReflectorOptions options, Func<ResourceEvent<T>, IEnumerable<ObjectKey>> keys, Action<ObjectKey, int> enqueue)
        : this(reflectors.For<T>(options), options.Logger, keys, enqueue)
    {
    }

    public ControllerSource(Reflector<T> reflector, ILogger logger, Func<ResourceEvent<T>, IEnumerable<ObjectKey>> keys, Action<ObjectKey, int> enqueue)
    {
        _keys = keys;
        _enqueue = enqueue;
        _logger = logger;
        _reflector = reflector;
        _subscription = _reflector.Store.Subscribe(Enqueue);
    }

    public string Kind => T.Type.Plural;

    public Task Ready => _reflector.Ready;

    public Exception? LastError => _reflector.LastError;

    public Store<T> Store => _reflector.Store;

    public void Dispose() => _subscription.Dispose();

    private void Enqueue(ResourceEvent<T> change)
    {
        // Objects of the initial list get a lower priority than changes.
        var priority = _reflector.Ready.IsCompleted ? WorkQueuePriority.Default : WorkQueuePriority.Low;
        try
        {
            foreach (var key in _keys(change).ToHashSet())
            {
                _enqueue(key, priority);
            }
        }
#pragma warning disable CA1031 // The mapping is user code: its exception must not end the watch.
        catch (Exception e)
        {
            _logger.MappingFailed(e, Kind, ObjectKey.Of(change.Object));
        }
#pragma warning restore CA1031
    }
}

/// <summary>A source by a mapping from objects of another kind.</summary>
internal sealed record MappedSourceTemplate<TOther>(Func<TOther, IEnumerable<ObjectKey>> Keys, SourceSelection Selection) : ISourceTemplate
    where TOther : class, IResource<TOther>
{
    public IControllerSource Create(ReflectorSet reflectors, ReflectorOptions defaults, Action<ObjectKey, int> enqueue)
    {
        var options = defaults with
        {
            Namespaces = TOther.Type.Namespaced ? Selection.Namespaces ?? defaults.Namespaces : [],
            LabelSelector = Selection.LabelSelector,
            FieldSelector = Selection.FieldSelector,
        };

        // An object that changes its owner also affects the previous owner.
        return new ControllerSource<TOther>(
            reflectors, options, change => change.Previous is { } previous ? Keys(previous).Concat(Keys(change.Object)) : Keys(change.Object), enqueue);
    }
}

/// <summary>A source by a mapping from objects that somebody else follows already.</summary>
internal sealed record FollowedSourceTemplate<TOther>(Reflector<TOther> Reflector, Func<TOther, IEnumerable<ObjectKey>> Keys) : ISourceTemplate
    where TOther : class, IResource<TOther>
{
    public IControllerSource Create(ReflectorSet reflectors, ReflectorOptions defaults, Action<ObjectKey, int> enqueue) => new ControllerSource<TOther>(
        Reflector, defaults.Logger, change => change.Previous is { } previous ? Keys(previous).Concat(Keys(change.Object)) : Keys(change.Object), enqueue);
}
