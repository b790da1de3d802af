using Foreman.Kubernetes;

namespace Foreman.Agent.Tests.Support;

/// <summary>An API of which every call fails so.</summary>
internal sealed class FailingKubernetes(Func<Exception> make) : IKubernetes
{
    private int _calls;

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public KubernetesClientConfiguration Configuration { get; } = new() { Host = new Uri("https://127.0.0.1:1") };

    public IDynamicKubernetes Dynamic => throw Next();

    public IKubernetes Dedicated() => this;

    public IKubernetes Fenced(IWriteFence fence) => this;

    public IKubernetes With(CallOptions calls) => this;

    public Task<T> ReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<T?> TryReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<ResourceList<T>> ListAsync<T>(string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<T> CreateAsync<T>(T obj, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task DeleteAsync<T>(string name, string? ns = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw Next();

    public Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options = null, CancellationToken cancellationToken = default) => throw Next();

    public void Dispose()
    {
    }

    private Exception Next()
    {
        Interlocked.Increment(ref _calls);
        return make();
    }
}
