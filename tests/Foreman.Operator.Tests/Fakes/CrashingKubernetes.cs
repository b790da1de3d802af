using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Fakes;

/// <summary>The process is dead.</summary>
internal sealed class CrashException() : Exception("the process died");

/// <summary>
/// A client of a real API server that counts its calls, and whose process dies with a write: that write is carried out, its answer
/// is never heard, and nothing is written after it.
/// </summary>
internal sealed class CrashingKubernetes(IKubernetes inner) : IKubernetes
{
    private readonly ConcurrentQueue<string> _written = new();
    private int _writes;
    private int _reads;

    /// <summary>The number of the write with which it dies, from 1.</summary>
    public int LastWrite { get; set; } = int.MaxValue;

    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Calls that read; what a watch or a list of a reflector does through another client is none of them.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>What was written, in order, for the message of a test that fails.</summary>
    public string Written => string.Join('\n', _written);

    public KubernetesClientConfiguration Configuration => inner.Configuration;

    public IDynamicKubernetes Dynamic => inner.Dynamic;

    public IKubernetes Dedicated() => throw new NotSupportedException();

    public IKubernetes Fenced(IWriteFence fence) => throw new NotSupportedException();

    public IKubernetes With(CallOptions calls) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public Task<T> ReadAsync<T>(string name, string? ns, CancellationToken cancellationToken)
        where T : class, IResource<T> => Read(() => inner.ReadAsync<T>(name, ns, cancellationToken));

    public Task<T?> TryReadAsync<T>(string name, string? ns, CancellationToken cancellationToken)
        where T : class, IResource<T> => Read(() => inner.TryReadAsync<T>(name, ns, cancellationToken));

    public Task<ResourceList<T>> ListAsync<T>(string? ns, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Read(() => inner.ListAsync<T>(ns, options, cancellationToken));

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> CreateAsync<T>(T obj, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => WriteAsync($"create {T.Type.Kind} {obj.Name()}", () => inner.CreateAsync(obj, options, cancellationToken));

    public Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => WriteAsync($"replace {T.Type.Kind} {obj.Name()}", () => inner.ReplaceAsync(obj, options, cancellationToken));

    public Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns, PatchOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => WriteAsync($"patch {T.Type.Kind} {name}", () => inner.PatchAsync<T>(patch, name, ns, options, cancellationToken));

    public Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns, PatchOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => WriteAsync($"patch {T.Type.Kind} {name}", () => inner.PatchMetadataAsync<T>(patch, name, ns, options, cancellationToken));

    public Task DeleteAsync<T>(string name, string? ns, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => WriteAsync($"delete {T.Type.Kind} {name}", async () =>
        {
            await inner.DeleteAsync<T>(name, ns, options, cancellationToken);
            return true;
        });

    public Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    private T Read<T>(Func<T> read)
    {
        Interlocked.Increment(ref _reads);
        return read();
    }

    private async Task<T> WriteAsync<T>(string what, Func<Task<T>> write)
    {
        var number = Interlocked.Increment(ref _writes);
        if (number > LastWrite)
        {
            throw new CrashException();
        }

        _written.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{number} {what}"));
        var result = await write();
        return number == LastWrite ? throw new CrashException() : result;
    }
}
