using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench.Fleet;

/// <summary>What light hosts are like.</summary>
internal sealed record LightHostOptions
{
    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>Slots of each.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Whether they claim what is assigned to them, run it for a millisecond and end it.</summary>
    public bool RunsTasks { get; init; }

    /// <summary>Whether they write their status every 30 s, as agents do when nothing has changed.</summary>
    public bool WritesStatus { get; init; }
}

/// <summary>
/// Hosts with nothing on disk, all of them in this process: registered like real ones, their Leases renewed every 10 s by one loop, their tasks found by one watch.
/// </summary>
internal sealed class LightHosts : IAsyncDisposable
{
    /// <summary>Available RAM of each, in GiB.</summary>
    public const int RamGB = 16;

    private const int AtOnce = 32;
    private const int MostSlices = 100;
    private const int RoundsBetweenStatuses = 3;
    private const int LeaseSeconds = 40;

    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RunTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    // A host that is silent for 40 s gets no tasks, and what an operator does about that is not what is measured.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly PatchOptions OfStatus = new() { Subresource = "status" };

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<Task> _runs = [];
    private readonly KubernetesClient _client;
    private readonly LightHostOptions _options;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _names;
    private readonly long[] _renewed;
    private TimeSpan _longest;
    private Task[] _parts = [];

    private LightHosts(FleetCluster cluster, LightHostOptions options, TimeProvider time)
    {
        (_client, _options, _time) = (new KubernetesClient(cluster.Client.Configuration), options, time);
        _names = Enumerable.Range(0, options.Count).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        _renewed = new long[options.Count];
    }

    /// <summary>Name of the FleetNode of one.</summary>
    /// <param name="host">Its number, from 0.</param>
    public static string NameOf(int host) => FleetCluster.Numbered("light", host);

    /// <summary>Registers them all; from then on they renew their Leases, and do what else they do.</summary>
    public static async Task<LightHosts> StartAsync(FleetCluster cluster, LightHostOptions options, TimeProvider time, CancellationToken stop)
    {
        var hosts = new LightHosts(cluster, options, time);
        try
        {
            FleetProgress.Tell($"  {options.Count:N0} light hosts register");
            await Parallel.ForAsync(0, options.Count, Many(stop), async (host, token) => await hosts.RegisterAsync(host, token));
            Array.Fill(hosts._renewed, time.GetTimestamp());
            hosts._parts = options.RunsTasks ? [hosts.RenewAsync(), hosts.FollowAsync()] : [hosts.RenewAsync()];
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes sure that each of them was heard of in time, else the figures mean nothing.</summary>
    /// <exception cref="InvalidOperationException">One was not: this machine, or its API server, is too slow for so many hosts.</exception>
    public void EnsureAlive()
    {
        lock (_gate)
        {
            var longest = _renewed.Select(r => _time.GetElapsedTime(r)).Append(_longest).Max();
            if (longest > LongestSilence)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"a Lease was not renewed for {longest.TotalSeconds:0} s: {_options.Count:N0} light hosts are more than this machine and its API server can serve"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_parts);
        await Task.WhenAll(_runs);
        _client.Dispose();
        _end.Dispose();
    }

    private static string HolderOf(string name) => name + "/1";

    private static ParallelOptions Many(CancellationToken stop) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };

    private async Task RegisterAsync(int host, CancellationToken stop)
    {
        var (name, now) = (NameOf(host), _time.GetUtcNow());
        await _client.CreateAsync(
            new FleetNode
            {
                Metadata = new() { Name = name, Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } },
                Spec = new() { NodeName = name, Roles = ["worker"] },
            },
            cancellationToken: stop);
        await WriteStatusAsync(name, stop);
        await _client.CreateAsync(
            new V1Lease
            {
                Metadata = new() { Name = Labels.LeaseName(name), NamespaceProperty = FleetCluster.ForemanSpace },
                Spec = new() { HolderIdentity = HolderOf(name), LeaseDurationSeconds = LeaseSeconds, AcquireTime = now, RenewTime = now },
            },
            cancellationToken: stop);
    }

    private async Task WriteStatusAsync(string name, CancellationToken stop)
    {
        var status = new FleetNodeStatus
        {
            Phase = FleetNodePhase.Ready,
            LastHeartbeatTime = _time.GetUtcNow(),
            Slots = _options.Slots,
            Capability = new() { TotalRAMGB = RamGB, AvailableRAMGB = RamGB },
        };
        var body = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.FleetNodeStatus) };
        await _client.PatchMetadataAsync<FleetNode>(V1Patch.Merge(body), name, null, OfStatus, stop);
    }

    // One loop for all, spread over the interval.
    private async Task RenewAsync()
    {
        var slices = Math.Min(MostSlices, _options.Count);
        try
        {
            for (var round = 1; ; round++)
            {
                var begun = _time.GetTimestamp();
                var withStatus = _options.WritesStatus && round % RoundsBetweenStatuses == 0;
                for (var slice = 0; slice < slices; slice++)
                {
                    await UntilAsync(begun, RenewInterval * slice / slices);
                    await Parallel.ForEachAsync(HostsOf(slice, slices), Many(_end.Token), async (host, token) => await HeartbeatAsync(host, withStatus, token));
                }

                await UntilAsync(begun, RenewInterval);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private async Task UntilAsync(long begun, TimeSpan due)
    {
        if (due - _time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time, _end.Token);
        }
    }

    private IEnumerable<int> HostsOf(int slice, int slices)
    {
        for (var host = slice; host < _options.Count; host += slices)
        {
            yield return host;
        }
    }

    private async Task HeartbeatAsync(int host, bool withStatus, CancellationToken stop)
    {
        var name = NameOf(host);
        var renewTime = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var body = new JsonObject { ["spec"] = new JsonObject { ["renewTime"] = renewTime } };
        try
        {
            await _client.PatchMetadataAsync<V1Lease>(V1Patch.Merge(body), Labels.LeaseName(name), FleetCluster.ForemanSpace, cancellationToken: stop);
            lock (_gate)
            {
                var silence = _time.GetElapsedTime(_renewed[host]);
                _longest = silence > _longest ? silence : _longest;
                _renewed[host] = _time.GetTimestamp();
            }

            if (withStatus)
            {
                await WriteStatusAsync(name, stop);
            }
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            // The next round tries again, and EnsureAlive tells when that was too late.
        }
    }

    // One watch for all.
    private async Task FollowAsync()
    {
        var tasks = new Reflector<AgenticTask>(_client, new ReflectorOptions { FieldSelector = "status.placement=Node,status.phase=Scheduled" });
        using var subscription = tasks.Store.Subscribe(change =>
        {
            if (change.Type != ResourceEventType.Deleted && change.Object is { Status.AssignedNode: { } node } task && _names.Contains(node))
            {
                _runs.Add(Task.Run(() => RunAsync(task, node)));
            }
        });
        await tasks.RunAsync(_end.Token);
    }

    private async Task RunAsync(AgenticTask task, string node)
    {
        try
        {
            var (attempt, holder, conditions) = (task.Status.Attempt, HolderOf(node), task.Status.Conditions ?? []);
            var begun = _time.GetUtcNow();
            await WriteAsync(task, TaskWrites.Claim(attempt, new TaskClaim { Holder = holder, AcquiredAt = begun }, first: attempt == 1, conditions));
            await Task.Delay(RunTime, _time, _end.Token);
            var ended = _time.GetUtcNow();
            var completed = new V1Condition { Type = ConditionTypes.Completed, Status = Conditions.True, Reason = Reasons.Succeeded, Message = "Done." };
            await WriteAsync(task, TaskWrites.End(attempt, holder, new TaskCompletion
            {
                Phase = TaskPhase.Succeeded,
                Verdict = Verdict.Go,
                Conditions = conditions.Set(completed, ended),
                Attempt = new() { Attempt = attempt, Node = node, Holder = holder, StartedAt = begun, EndedAt = ended, Outcome = AttemptOutcome.Succeeded },
                FinishedAt = ended,
            }));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            // It was taken back, or is gone.
        }
    }

    // What is refused after an answer was lost is stored already.
    private async Task WriteAsync(AgenticTask task, V1Patch patch)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await _client.PatchMetadataAsync<AgenticTask>(patch, task.Name(), task.Namespace(), OfStatus, _end.Token);
                return;
            }
            catch (KubernetesException e) when (e.IsTestFailed && !isFirst)
            {
                return;
            }
            catch (Exception e) when (e is KubernetesUnreachableException || e is KubernetesException { IsTestFailed: false, IsNotFound: false })
            {
                await Task.Delay(RetryPause, _time, _end.Token);
            }
        }
    }
}
