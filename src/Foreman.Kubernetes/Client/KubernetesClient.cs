using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>The Kubernetes API over HTTP/2 (or 1.1 where the server has no more). Safe for use from many threads.</summary>
public sealed class KubernetesClient : IKubernetes
{
    private readonly KubernetesClientOptions _options;
    private readonly Transport _transport;
    private readonly DynamicClient _dynamic;

    /// <summary>Makes a client; the first call connects.</summary>
    /// <param name="configuration">Where the server is and who asks.</param>
    /// <param name="options">Clock, log and warnings; null for the defaults.</param>
    public KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
    {
        _options = options ?? new();
        _transport = new Transport(configuration, _options);
        _dynamic = new DynamicClient(_transport, _options);
    }

    private KubernetesClient(KubernetesClientOptions options, Transport transport)
    {
        _options = options;
        _transport = transport;
        _dynamic = new DynamicClient(_transport, _options);
    }

    /// <inheritdoc/>
    public KubernetesClientConfiguration Configuration => _transport.Configuration;

    /// <inheritdoc/>
    public IDynamicKubernetes Dynamic => _dynamic;

    /// <inheritdoc/>
    public IKubernetes Dedicated() => new KubernetesClient(_options, _transport.Dedicated());

    /// <inheritdoc/>
    public IKubernetes Fenced(IWriteFence fence) => new KubernetesClient(_options, _transport.Fenced(fence));

    /// <inheritdoc/>
    public IKubernetes With(CallOptions calls) => new KubernetesClient(_options, _transport.With(calls));

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        _transport.SendAsync(RequestBuilder.Read(T.Type, name, ns), T.TypeInfo, cancellationToken);

    /// <inheritdoc/>
    public async Task<T?> TryReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        try
        {
            return await ReadAsync<T>(name, ns, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<ResourceList<T>> ListAsync<T>(string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        _transport.SendAsync(RequestBuilder.List(T.Type, ns, options), T.ListTypeInfo, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        WatchStream.ReadAsync<T>(_transport, RequestBuilder.Watch(T.Type, ns, options), T.TypeInfo, options.OnOpened, cancellationToken);

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T obj, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(obj, T.TypeInfo);
        var request = RequestBuilder.Create(T.Type, obj.Namespace(), body, _options.Complete(options));
        return _transport.SendAsync(request, T.TypeInfo, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(obj, T.TypeInfo);
        var request = RequestBuilder.Replace(T.Type, obj.Name(), obj.Namespace(), body, _options.Complete(options));
        return _transport.SendAsync(request, T.TypeInfo, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        _transport.SendAsync(RequestBuilder.Patch(T.Type, patch, name, ns, _options.Complete(options)), T.TypeInfo, cancellationToken);

    /// <inheritdoc/>
    public async Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        var request = RequestBuilder.Patch(T.Type, patch, name, ns, _options.Complete(options)) with { Accept = MediaTypes.PartialObjectMetadata };
        var answer = await _transport.SendAsync(request, Json.KubernetesJson.Default.PartialObjectMetadata, cancellationToken).ConfigureAwait(false);
        return answer.Metadata;
    }

    /// <inheritdoc/>
    public Task DeleteAsync<T>(string name, string? ns = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        _transport.SendAsync(RequestBuilder.Delete(T.Type, name, ns, options), cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options = null, CancellationToken cancellationToken = default) =>
        await ResponseStream.OpenAsync(_transport, RequestBuilder.PodLog(pod, ns, options), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
