using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// A kubelet that runs containers as processes of this machine: it registers a Node, renews its Lease, and takes the pods that
/// kube-scheduler binds to it. What it leaves out stands in the readme of this folder.
/// </summary>
public sealed class SmallKubelet : IAsyncDisposable
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(2);
    private static readonly Lazy<string?> WhyNot = new(Probe);

    private readonly ConcurrentDictionary<string, (PodWorker Worker, Task Running)> _pods = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _shutdown = new();
    private readonly TempFolder _folder = new("foreman-kubelet-");
    private readonly KubeletLine _line = new();
    private readonly KubernetesClient _client;
    private readonly KubeletServer _server;
    private readonly KubeletContext _context;
    private Task _running = Task.CompletedTask;
    private bool _isLeased;
    private int _isDisposed;

    private SmallKubelet(KubernetesClientConfiguration configuration, KubeletCertificates certificates, KubeletImages images, KubeletOptions options)
    {
        NodeName = $"node-{Guid.NewGuid():n}"[..13];
        _client = new KubernetesClient(configuration, new() { FieldManager = "kubelet" });
        _server = new KubeletServer(certificates, NodeName, _line, FindLog);
        _context = new()
        {
            Client = _client,
            Options = options,
            Images = images,
            Events = new PodEvents(_client, NodeName),
            Line = _line,
            Folder = _folder.Path,
            Shutdown = _shutdown.Token,
        };
    }

    /// <summary>Why containers can't be made of processes here, and what to do; null when they can.</summary>
    public static string? SkipReason => WhyNot.Value;

    /// <summary>Why the memory of containers can't be bounded here, and what to do; null when it can.</summary>
    public static string? MemorySkipReason => ContainerGroup.SkipReason;

    /// <summary>Name of its Node.</summary>
    public string NodeName { get; }

    /// <summary>What went wrong in the kubelet itself; empty when nothing did.</summary>
    public IReadOnlyCollection<string> Problems => _context.Problems;

    /// <summary>The id, on this machine, of the first process of a container; null while it does not run.</summary>
    /// <param name="space">Namespace of the pod.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="container">Name of the container.</param>
    public int? ProcessId(string space, string pod, string container) => Find(space, pod)?.Containers.ProcessId(container);

    /// <summary>Ends a pod as a node does that runs out of something: it is Failed with reason Evicted, and its DisruptionTarget tells that.</summary>
    /// <param name="space">Namespace of the pod.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="message">What the node says, for example <c>The node was low on resource: memory.</c></param>
    /// <exception cref="ArgumentException">There is no such pod on this node.</exception>
    public void Evict(string space, string pod, string message)
    {
        var worker = Find(space, pod) ?? throw new ArgumentException($"there is no pod {space}/{pod} on {NodeName}", nameof(pod));
        _context.Events.Warning(worker.Pod, null, "Evicted", message);
        worker.Stop(new("Evicted", message, IsDisruption: true), TimeSpan.FromSeconds(1));
    }

    /// <summary>From now on it neither hears of the API server nor is heard; containers go on.</summary>
    public void FallSilent() => _line.Cut();

    /// <summary>Hears and is heard again after <see cref="FallSilent"/>: deletions take place, and what has happened is told.</summary>
    public async Task SpeakAgainAsync()
    {
        _ = await _client.Dynamic.PatchAsync(
            new(NodeObject.Type, NodeName),
            new V1Patch(PatchType.StrategicMergePatch, NodeObject.Conditions(NodeName, DateTimeOffset.UtcNow)),
            new() { Subresource = "status" });
        _line.Mend();
    }

    /// <summary>Loses the node as when its power fails: it is silent, and all containers end at once, which nobody is told.</summary>
    public async Task LosePowerAsync()
    {
        _line.Cut();
        foreach (var (worker, _) in _pods.Values)
        {
            worker.Stop(null, TimeSpan.Zero);
        }

        await Eventually.TrueAsync(() => _pods.Values.All(p => p.Worker.HasEnded), $"all containers of {NodeName} to end");
    }

    /// <summary>Ends all containers and takes the Node away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _shutdown.CancelAsync();
        foreach (var (worker, running) in _pods.Values)
        {
            worker.Stop(null, TimeSpan.Zero);
            await running;
            worker.Dispose();
        }

        await _running;
        await _server.DisposeAsync();
        try
        {
            await _client.Dynamic.DeleteAsync(new(NodeObject.Type, NodeName));
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            // It is gone, or the whole cluster goes.
        }

        _client.Dispose();
        _folder.Dispose();
        _shutdown.Dispose();
    }

    /// <summary>Starts one and waits until pods may be bound to it.</summary>
    internal static async Task<SmallKubelet> StartAsync(
        KubernetesClientConfiguration configuration, KubeletCertificates certificates, KubeletImages images, KubeletOptions options)
    {
        var kubelet = new SmallKubelet(configuration, certificates, images, options);
        try
        {
            await kubelet.StartAsync();
            return kubelet;
        }
        catch
        {
            await kubelet.DisposeAsync();
            throw;
        }
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "containers are made of processes on Linux only";
        }

        if (RealParts.FindOnPath("unshare") is not { } unshare)
        {
            return "no unshare here: install util-linux";
        }

        using var process = Process.Start(new ProcessStartInfo(unshare, ["--mount", "--pid", "--", "/bin/sh", "-c", "mount --bind /usr /usr && (exec /bin/true)"])
        {
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"containers can't be made of processes here: run the tests as root, with the right to mount ({error.Trim()})";
    }

    private async Task StartAsync()
    {
        var port = await _server.StartAsync();
        _ = await _client.Dynamic.CreateAsync(NodeObject.Of(NodeName, _context.Options, port, DateTimeOffset.UtcNow));
        var reflector = new Reflector<Pod>(_client, new() { FieldSelector = Selectors.FieldEqual("spec.nodeName", NodeName) });
        _running = Task.WhenAll(
            UntilShutdownAsync(HeartbeatAsync()),
            UntilShutdownAsync(FollowAsync(reflector)),
            UntilShutdownAsync(reflector.RunAsync(_shutdown.Token)),
            UntilShutdownAsync(_context.Events.WriteAsync(_line, _shutdown.Token)));
        await Eventually.TrueAsync(
            async () => !NodeObject.IsKeptFree(await _client.Dynamic.TryReadAsync(NodeObject.Type, NodeName)),
            $"{NodeName} to be found ready",
            TimeSpan.FromMinutes(1));
    }

    private async Task UntilShutdownAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            // It ends.
        }
        catch (Exception e)
        {
            _context.Problems.Enqueue(e.ToString());
        }
    }

    private async Task HeartbeatAsync()
    {
        while (true)
        {
            try
            {
                await _line.WaitAsync(_shutdown.Token);
                await RenewAsync();
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                // The namespace of Leases is still to be made, or the server is away.
            }

            await Task.Delay(RenewInterval, _shutdown.Token);
        }
    }

    private async Task RenewAsync()
    {
        var now = DateTimeOffset.UtcNow;
        if (_isLeased)
        {
            var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            var renewal = new JsonObject { ["spec"] = new JsonObject { ["renewTime"] = time } };
            _ = await _client.PatchMetadataAsync<V1Lease>(V1Patch.Merge(renewal), NodeName, NodeObject.LeaseSpace, null, _shutdown.Token);
            return;
        }

        _ = await _client.CreateAsync(
            new V1Lease
            {
                Metadata = new() { Name = NodeName, NamespaceProperty = NodeObject.LeaseSpace },
                Spec = new() { HolderIdentity = NodeName, LeaseDurationSeconds = 40, RenewTime = now },
            },
            null,
            _shutdown.Token);
        _isLeased = true;
    }

    private async Task FollowAsync(Reflector<Pod> reflector)
    {
        await foreach (var change in reflector.EventsAsync(_shutdown.Token))
        {
            await _line.WaitAsync(_shutdown.Token);
            var pod = change.Object;
            if (change.Type == ResourceEventType.Deleted)
            {
                if (_pods.TryRemove(pod.Uid(), out var gone))
                {
                    gone.Worker.Forget();
                    _ = UntilShutdownAsync(ClearAsync(gone.Worker, gone.Running));
                }
            }
            else if (_pods.TryGetValue(pod.Uid(), out var known))
            {
                known.Worker.Update(pod);
            }
            else if (pod.Status?.Phase is not ("Succeeded" or "Failed") || pod.Metadata.DeletionTimestamp is not null)
            {
                var worker = new PodWorker(_context, pod);
                worker.Update(pod);
                _pods[pod.Uid()] = (worker, UntilShutdownAsync(worker.RunAsync()));
            }
        }
    }

    private static async Task ClearAsync(PodWorker worker, Task running)
    {
        await running;
        worker.Dispose();
    }

    private PodWorker? Find(string space, string pod) =>
        _pods.Values.Select(p => p.Worker).Where(w => w.Pod.Name() == pod && w.Pod.Namespace() == space).OrderBy(w => w.HasEnded).FirstOrDefault();

    private FoundLog FindLog((string Space, string Pod, string Container) of, bool previous) =>
        Find(of.Space, of.Pod)?.Log(of.Container, previous) ?? new FoundLog(null, 404, $"pod \"{of.Pod}\" does not exist");
}
