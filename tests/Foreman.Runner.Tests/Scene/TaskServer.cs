using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Runner.Tests.Scene;

/// <summary>
/// An API server in memory with one task: reads, JSON Patches of its status with their tests, and creations that are
/// counted. Each call can fail before it is carried out, and after, when only the answer is lost.
/// </summary>
internal sealed class TaskServer(AgenticTask task, Faults faults) : IKubernetes
{
    private readonly Lock _gate = new();
    private JsonObject? _task = JsonSerializer.SerializeToNode(task, ApiJson.Default.AgenticTask)!.AsObject();

    public KubernetesClientConfiguration Configuration { get; } = new() { Host = new Uri("https://127.0.0.1:1") };

    public IDynamicKubernetes Dynamic => throw new NotSupportedException();

    /// <summary>What was created beside the task.</summary>
    public ConcurrentQueue<object> Created { get; } = [];

    /// <summary>Refuses writes of the status when this says so.</summary>
    public Func<JsonArray, Exception?> Refuses { get; set; } = _ => null;

    /// <summary>The task as it stands; null when it was deleted.</summary>
    public AgenticTask? Task
    {
        get
        {
            lock (_gate)
            {
                return _task?.Deserialize(ApiJson.Default.AgenticTask);
            }
        }
    }

    /// <summary>Changes the task as another client would.</summary>
    public void Change(Action<JsonObject> change)
    {
        lock (_gate)
        {
            change(_task!);
        }
    }

    public void Delete()
    {
        lock (_gate)
        {
            _task = null;
        }
    }

    public async Task<T?> TryReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        await CallAsync($"read {T.Type.Kind}", cancellationToken);
        lock (_gate)
        {
            return typeof(T) == typeof(AgenticTask) && _task is not null && (string?)_task["metadata"]!["name"] == name
                ? JsonSerializer.Deserialize(_task.ToJsonString(), T.TypeInfo)
                : null;
        }
    }

    public async Task<V1ObjectMeta> PatchMetadataAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        var operations = JsonNode.Parse(patch.Content.ToJsonString())!.AsArray();
        await CallAsync("patch", cancellationToken);
        if (Refuses(operations) is { } refusal)
        {
            throw refusal;
        }

        lock (_gate)
        {
            if (_task is null)
            {
                throw Error(HttpStatusCode.NotFound, "NotFound");
            }

            var changed = _task.DeepClone().AsObject();
            foreach (var operation in operations)
            {
                Apply(changed, operation!.AsObject());
            }

            _task = changed;
        }

        faults.Point("api: patch is stored");
        return new V1ObjectMeta { Name = name, NamespaceProperty = ns };
    }

    public async Task<T> CreateAsync<T>(T obj, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        await CallAsync($"create {T.Type.Kind}", cancellationToken);
        Created.Enqueue(obj);
        return obj;
    }

    public IKubernetes Dedicated() => this;

    public IKubernetes Fenced(IWriteFence fence) => this;

    public IKubernetes With(CallOptions calls) => this;

    public Task<T> ReadAsync<T>(string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<ResourceList<T>> ListAsync<T>(string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string? ns, WatchOptions options, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> ReplaceAsync<T>(T obj, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> PatchAsync<T>(V1Patch patch, string name, string? ns = null, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task DeleteAsync<T>(string name, string? ns = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<Stream> OpenPodLogAsync(string pod, string ns, PodLogOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Dispose()
    {
    }

    public static KubernetesException Error(HttpStatusCode code, string reason, V1StatusDetails? details = null) =>
        new(new V1Status { Status = "Failure", Reason = reason, Code = (int)code, Details = details }, code);

    private async Task CallAsync(string name, CancellationToken cancellationToken)
    {
        await System.Threading.Tasks.Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        faults.Point("api: " + name);
    }

    private static void Apply(JsonObject root, JsonObject operation)
    {
        var path = operation["path"]!.GetValue<string>().Split('/')[1..];
        JsonNode? parent = root;
        foreach (var part in path[..^1])
        {
            parent = parent is JsonObject o ? o[part] : null;
        }

        switch ((string?)operation["op"], parent)
        {
            case ("test", JsonObject o) when JsonNode.DeepEquals(o[path[^1]], operation["value"]):
                return;
            case ("add", JsonArray list) when path[^1] == "-":
                list.Add(operation["value"]?.DeepClone());
                return;
            case ("add", JsonObject o):
                o[path[^1]] = operation["value"]?.DeepClone();
                return;
            case ("remove", JsonObject o) when o.Remove(path[^1]):
                return;
            default:
                throw Error(HttpStatusCode.UnprocessableEntity, "Invalid");
        }
    }
}
