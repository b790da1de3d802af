using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Fakes;

/// <summary>An API that notes the patches and creations that it gets. Each patch ends as <see cref="OnPatch"/> says.</summary>
internal sealed class FakeKubernetes : IKubernetes
{
    private readonly ConcurrentQueue<Patched> _patches = new();
    private readonly ConcurrentQueue<IKubernetesObject> _created = new();
    private readonly ConcurrentQueue<Deleted> _deletions = new();
    private int _version = 100;

    /// <summary>One patch.</summary>
    public sealed record Patched(string Kind, string Name, V1Patch Patch);

    /// <summary>One deletion.</summary>
    public sealed record Deleted(string Kind, string Name, DeleteOptions? Options);

    /// <summary>What a deletion waits for or fails with; nothing by default.</summary>
    public Func<Deleted, Task> OnDelete { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Deletions in the order in which they were sent.</summary>
    public IReadOnlyList<Deleted> Deletions => [.. _deletions];

    /// <summary>What a patch waits for or fails with; nothing by default.</summary>
    public Func<Patched, Task> OnPatch { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Stores a patch and gives its version, where a test keeps objects; only counted by default.</summary>
    public Func<Patched, Task<string>>? Store { get; init; }

    /// <summary>What a creation waits for or fails with; nothing by default.</summary>
    public Func<IKubernetesObject, Task> OnCreate { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What lists and watches fail with; null for not at all.</summary>
    public Exception? Refusal { get; init; }

    /// <summary>Patches in the order in which they were sent.</summary>
    public IReadOnlyList<Patched> Patches => [.. _patches];

    /// <summary>Names of the patched objects, in the order in which they were sent.</summary>
    public IReadOnlyList<string> PatchedNames => [.. _patches.Select(p => p.Name)];

    public IReadOnlyList<IKubernetesObject> Created => [.. _created];

    /// <summary>Reasons of the events that were stored.</summary>
    public IReadOnlyList<string?> EventReasons => [.. _created.OfType<CoreV1Event>().Select(e => e.Reason)];

    public KubernetesClientConfiguration Configuration => throw new NotSupportedException();

    /// <summary>It has no objects.</summary>
    public IDynamicKubernetes Dynamic { get; } = new FakeDynamicKubernetes();

    /// <summary>An answer of the server with this code and no details, as for a failed test of a JSON Patch.</summary>
    public static KubernetesException Answer(System.Net.HttpStatusCode code) => new(new V1Status { Message = "no" }, code);

    public IKubernetes Dedicated() => this;

    public IKubernetes Fenced(IWriteFence fence) => this;

    public IKubernetes With(CallOptions calls) => this;

    public void Dispose()
    {
    }

    public async Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns, PatchOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var patched = new Patched(T.Type.Kind, name, patch);
        _patches.Enqueue(patched);
        await OnPatch(patched).WaitAsync(cancellationToken);
        if (Store is not null)
        {
            return new() { Name = name, NamespaceProperty = ns, ResourceVersion = await Store(patched).WaitAsync(cancellationToken) };
        }

        var version = Interlocked.Increment(ref _version);
        return new() { Name = name, NamespaceProperty = ns, ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    public async Task<T> CreateAsync<T>(T obj, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        await OnCreate(obj).WaitAsync(cancellationToken);
        _created.Enqueue(obj);
        return obj;
    }

    public Task<T?> TryReadAsync<T>(string name, string? ns, CancellationToken cancellationToken)
        where T : class, IResource<T> => Task.FromResult<T?>(null);

    public Task<ResourceList<T>> ListAsync<T>(string? ns, ListOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Refusal is { } refusal ? Task.FromException<ResourceList<T>>(refusal) : Task.FromResult(new ResourceList<T>());

    public Task<T> ReadAsync<T>(string name, string? ns, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        await (Refusal is { } refusal ? Task.FromException(refusal) : Task.Delay(Timeout.Infinite, cancellationToken));
        yield break;
    }

    public Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns, PatchOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public async Task DeleteAsync<T>(string name, string? ns, DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var deleted = new Deleted(T.Type.Kind, name, options);
        _deletions.Enqueue(deleted);
        await OnDelete(deleted).WaitAsync(cancellationToken);
    }

    public Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
