using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Foreman.Kubernetes;

/// <summary>
/// Keeps a <see cref="Store{T}"/> equal to what the API server holds: lists, watches, resumes from the last resource version,
/// and lists again when that has expired. Failures are retried with backoff (0.8 s to 30 s); only cancellation ends it. An
/// undecodable object does not affect others: see <see cref="UnreadableObjectException"/>.
/// </summary>
/// <typeparam name="T">Kind of the objects.</typeparam>
public sealed class Reflector<T>
    where T : class, IResource<T>
{
    private readonly IKubernetes _client;
    private readonly ReflectorOptions _options;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ListWatch<T>[] _scopes;
    private int _unsynced;

    /// <summary>Makes a reflector; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    /// <param name="options">What to follow; null for all objects of the kind in the cluster.</param>
    public Reflector(IKubernetes client, ReflectorOptions? options = null)
    {
        _client = client;
        _options = options ?? new();
        string?[] namespaces = _options.Namespaces.Count == 0 ? [null] : [.. _options.Namespaces.Distinct()];
        _scopes = [.. namespaces.Select((ns, i) => new ListWatch<T>(_client, _options, ns, unchecked(_options.Seed + i)))];
        _unsynced = _scopes.Length;
    }

    /// <summary>The objects.</summary>
    public Store<T> Store { get; } = new();

    /// <summary>Done when the store is complete for the first time; cancelled when the reflector ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>
    /// Why the store may be stale: a call that failed and is retried, else an <see cref="UnreadableObjectException"/> while
    /// an object can't be decoded; null while there is neither.
    /// </summary>
    public Exception? LastError => _scopes.Select(s => s.LastError).Where(e => e is not null).MinBy(e => e is UnreadableObjectException);

    /// <summary>
    /// Time since the last response or event of the server; of several namespaces, the longest. At most about a minute
    /// without failures.
    /// </summary>
    public TimeSpan Staleness => _scopes.Max(s => s.Staleness);

    /// <summary>
    /// Waits until the store has reached a resource version, such as that of an own write: a lagging replica may report it
    /// late. In a quiet namespace this can take a minute.
    /// </summary>
    /// <param name="resourceVersion">A version of this kind, from an object or a list.</param>
    /// <param name="ns">The namespace that is meant where several are followed; null for all of them.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task WaitForAsync(string resourceVersion, string? ns = null, CancellationToken cancellationToken = default) =>
        Task.WhenAll(_scopes.Where(s => ns is null || s.Namespace is null || s.Namespace == ns).Select(s => s.Versions.WaitAsync(resourceVersion, cancellationToken)));

    /// <summary>Follows the kind until cancelled; then ends without an exception.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ReflectorMetrics.Started(this, ReflectorMetrics.ResourceTag(T.Type), () => Store.Count, () => Staleness.TotalSeconds);
        try
        {
            await Task.WhenAll(_scopes.Select(scope => scope.RunAsync(Publish, cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _options.Logger.WatchStopped(T.Type.Plural);
        }
        finally
        {
            ReflectorMetrics.Stopped(this);
            _ready.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>The changes as a stream: an addition for each object there is, then each change, in order, without loss.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<ResourceEvent<T>> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent<T>>(new() { SingleReader = true });
        using var subscription = Store.Subscribe(change => channel.Writer.TryWrite(change));
        await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return change;
        }
    }

    private void Publish(ReflectorStep<T> step, bool firstSync)
    {
        Store.Apply(step.Changes, whole: _scopes.Length == 1 ? step.State.Objects : null);
        if (firstSync && Interlocked.Decrement(ref _unsynced) == 0)
        {
            _ready.TrySetResult();
        }
    }
}
