namespace Foreman.Kubernetes;

/// <summary>
/// The Kubernetes API with typed objects. Every call ends with its result, a <see cref="KubernetesException"/> (the
/// server refused), a <see cref="KubernetesUnreachableException"/> (no answer came) or an
/// <see cref="OperationCanceledException"/> (the caller gave up).
/// </summary>
public interface IKubernetes : IDisposable
{
    /// <summary>The configuration that the client was made with.</summary>
    KubernetesClientConfiguration Configuration { get; }

    /// <summary>The API with objects of any kind as JSON.</summary>
    IDynamicKubernetes Dynamic { get; }

    /// <summary>
    /// A client with connections of its own to the same server, for calls that must not queue behind others, such as
    /// the renewal of a Lease. The caller disposes it.
    /// </summary>
    IKubernetes Dedicated();

    /// <summary>
    /// A client over the same connections whose writes are sent only while a fence is open, such as <see
    /// cref="LeaderElector.GetFence"/>: each write checks it right before its bytes go to the connection, and is cancelled
    /// when the fence closes with a <see cref="LeadershipLostException"/>. Reads are unaffected. Disposing it does nothing;
    /// it lives as long as this client.
    /// </summary>
    /// <param name="fence">Decides whether writes may be sent.</param>
    IKubernetes Fenced(IWriteFence fence);

    /// <summary>This client with other limits for its calls: it shares the connections, and disposing it does nothing.</summary>
    /// <param name="calls">How long calls may take.</param>
    IKubernetes With(CallOptions calls);

    /// <summary>Reads an object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">It is not there (<see cref="KubernetesException.IsNotFound"/>), or the server refuses.</exception>
    Task<T> ReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Reads an object, or null when it is not there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<T?> TryReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Lists objects: all at once, or one page when <see cref="ListOptions.Limit"/> is set.</summary>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<ResourceList<T>> ListAsync<T>(string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>
    /// Follows objects until the server ends the watch, which it regularly does: use a <see cref="Reflector{T}"/> to follow
    /// without end.
    /// </summary>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesException">The start has expired (<see cref="KubernetesException.IsGone"/>), or the server refuses.</exception>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Creates an object in the namespace that its metadata names.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="options">Checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored.</returns>
    /// <exception cref="KubernetesException">It is there already (<see cref="KubernetesException.IsAlreadyExists"/>), or is refused.</exception>
    Task<T> CreateAsync<T>(T obj, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>
    /// Replaces an object, or the part of it that <see cref="ReplaceOptions.Subresource"/> names. When its metadata names a
    /// resource version the write is refused unless the object still has it; when it names none, the last writer wins.
    /// A field that the server has and <typeparamref name="T"/> lacks, because it is newer, is taken away by it: patch
    /// objects that others write too.
    /// </summary>
    /// <param name="obj">The object, complete: fields that are absent are taken away.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored.</returns>
    /// <exception cref="KubernetesException">
    /// The object has changed since it was read (<see cref="KubernetesException.IsConflict"/>), is gone, or is refused.
    /// </exception>
    Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Patches an object, or the part of it that <see cref="PatchOptions.Subresource"/> names.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored.</returns>
    /// <exception cref="KubernetesException">
    /// A test failed (<see cref="KubernetesException.IsTestFailed"/>), the resource version is another one
    /// (<see cref="KubernetesException.IsConflict"/>), the result is refused (<see cref="KubernetesException.IsInvalid"/>), …
    /// </exception>
    Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>As <see cref="PatchAsync{T}"/>, but the answer is the metadata only: for objects that are large.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Deletes an object. One with finalizers stays, with a deletion time, until they are gone.</summary>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Preconditions and what becomes of owned objects.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">It is not there, or a precondition does not hold (<see cref="KubernetesException.IsConflict"/>).</exception>
    Task DeleteAsync<T>(string name, string? ns = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>;

    /// <summary>Opens the log of a container as the bytes that it wrote; see also <see cref="KubernetesExtensions.PodLogLinesAsync"/>.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="options">Container and part; null for all of the pod's only container.</param>
    /// <param name="cancellationToken">Cancels opening the log; reads take their own tokens.</param>
    /// <returns>
    /// The log, for the caller to dispose. It ends where the log ends, or, followed, when the container does; reading throws
    /// <see cref="KubernetesUnreachableException"/> when the connection breaks.
    /// </returns>
    /// <exception cref="KubernetesException">There is no such pod, container or earlier run, or the server refuses.</exception>
    Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options = null, CancellationToken cancellationToken = default);
}
