using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>One pod of a kubelet, from its binding until its object is gone.</summary>
internal sealed class PodWorker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly KubeletContext _kubelet;
    private readonly PodContainers _containers;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly TaskCompletionSource _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private PodProgress _progress;
    private IReadOnlyList<PodCondition> _conditions;
    private string _written = "";
    private DateTimeOffset? _killAt;
    private volatile bool _gone;

    /// <summary>Takes a pod; <see cref="RunAsync"/> begins with it.</summary>
    public PodWorker(KubeletContext kubelet, Pod pod)
    {
        _kubelet = kubelet;
        Pod = pod;
        _progress = new() { StartTime = DateTimeOffset.UtcNow };
        _conditions = pod.Status?.Conditions ?? [];
        _containers = new PodContainers(kubelet, pod, Path.Combine(kubelet.Folder, pod.Metadata.Uid!), new(_stop.Token, _kill.Token), Change);
    }

    /// <summary>The pod as it was bound.</summary>
    public Pod Pod { get; }

    /// <summary>Its containers.</summary>
    public PodContainers Containers => _containers;

    /// <summary>Whether nothing of it runs any more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _progress.Ended;
            }
        }
    }

    /// <summary>The log of a container, or of its run before.</summary>
    public FoundLog Log(string container, bool previous)
    {
        ContainerProgress? progress;
        lock (_gate)
        {
            progress = _progress.Containers.GetValueOrDefault(container);
        }

        return _containers.Log(container, previous, progress?.State ?? ContainerState.Waits("ContainerCreating"));
    }

    /// <summary>Takes note of what the API server says of the pod: a deletion ends it with grace.</summary>
    public void Update(Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            Stop(null, TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? 30));
            _deleted.TrySetResult();
        }
    }

    /// <summary>Its object is gone: what still runs is ended at once.</summary>
    public void Forget()
    {
        _gone = true;
        Stop(null, TimeSpan.Zero);
        _deleted.TrySetResult();
    }

    /// <summary>Ends it: SIGTERM now, SIGKILL after the grace; a later call can only shorten that.</summary>
    /// <param name="ending">Why the kubelet does so; null when it is asked to.</param>
    /// <param name="grace">How long after SIGTERM; zero kills at once.</param>
    public void Stop(PodEnding? ending, TimeSpan grace)
    {
        lock (_gate)
        {
            if (_progress.Ended)
            {
                return;
            }

            _progress = _progress with { Ending = _progress.Ending ?? ending };
        }

        KillAfter(grace);
        _stop.Cancel();
    }

    /// <summary>Runs it to its end and, when it is deleted, ends the deletion.</summary>
    public async Task RunAsync()
    {
        var reporting = ReportAsync();
        using var guard = new CancellationTokenSource();
        var guarding = Task.CompletedTask;
        try
        {
            if (PodRules.Unsupported(Pod) is { Count: > 0 } unsupported)
            {
                Stop(new("Unsupported", $"the small kubelet leaves out: {string.Join(", ", unsupported)}", IsDisruption: false), TimeSpan.Zero);
            }

            var volumes = await _containers.SetUpAsync();
            Change(p => p with { IsSetUp = true });
            guarding = GuardAsync(volumes, guard.Token);
            await _containers.RunAsync(volumes);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped while something was waited for.
        }
        catch (Exception e)
        {
            _kubelet.Problems.Enqueue(e.ToString());
            Stop(new("KubeletError", e.Message, IsDisruption: false), TimeSpan.Zero);
        }

        if (!_stop.IsCancellationRequested)
        {
            KillAfter(TimeSpan.FromSeconds(Pod.Spec.TerminationGracePeriodSeconds ?? 30));
        }

        await _containers.StopSidecarsAsync();
        await guard.CancelAsync();
        await guarding;
        Change(p => p with { Ended = true });
        _changes.Writer.TryComplete();
        await reporting;
        await FinishDeletionAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _containers.Dispose();
        _stop.Dispose();
        _kill.Dispose();
    }

    private void KillAfter(TimeSpan grace)
    {
        lock (_gate)
        {
            var at = DateTimeOffset.UtcNow + grace;
            if (_killAt is { } sooner && sooner <= at)
            {
                return;
            }

            _killAt = at;
        }

        _kill.CancelAfter(grace);
    }

    private void Change(Func<PodProgress, PodProgress> change)
    {
        lock (_gate)
        {
            _progress = change(_progress);
        }

        _changes.Writer.TryWrite(true);
    }

    // Deadline and sizes of the pod.
    private async Task GuardAsync(PodVolumes volumes, CancellationToken cancellationToken)
    {
        var deadline = Pod.Spec.ActiveDeadlineSeconds is { } seconds ? _progress.StartTime.AddSeconds(seconds) : (DateTimeOffset?)null;
        if (deadline is null && !Pod.Spec.Volumes.Any(v => v.EmptyDir?.SizeLimit is not null))
        {
            return;
        }

        try
        {
            while (true)
            {
                if (DateTimeOffset.UtcNow >= deadline)
                {
                    Stop(
                        new("DeadlineExceeded", "Pod was active on the node longer than the specified deadline", IsDisruption: false),
                        TimeSpan.FromSeconds(Pod.Spec.TerminationGracePeriodSeconds ?? 30));
                    return;
                }

                if (volumes.OverLimit() is { } message)
                {
                    _kubelet.Events.Warning(Pod, null, "Evicted", message);
                    Stop(new("Evicted", message, IsDisruption: true), TimeSpan.FromSeconds(1));
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The pod has ended.
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync())
            {
                while (_changes.Reader.TryRead(out _))
                {
                    // One report tells all changes.
                }

                await _kubelet.TryUntilDoneAsync(WriteStatusAsync);
            }
        }
        catch (OperationCanceledException)
        {
            // The kubelet ends.
        }
    }

    private async Task WriteStatusAsync(CancellationToken cancellationToken)
    {
        PodProgress progress;
        lock (_gate)
        {
            progress = _progress;
        }

        var status = PodStatuses.Of(Pod, progress, _conditions, DateTimeOffset.UtcNow);
        var json = JsonSerializer.SerializeToNode(status, KubeletJson.Default.PodStatus)!;
        var text = json.ToJsonString();
        if (_gone || text == _written)
        {
            return;
        }

        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = Pod.Metadata.Uid }, ["status"] = json };
        _ = await _kubelet.Client.PatchMetadataAsync<Pod>(
            new V1Patch(PatchType.StrategicMergePatch, patch), Pod.Name(), Pod.Namespace(), new() { Subresource = "status" }, cancellationToken);
        (_written, _conditions) = (text, status.Conditions ?? []);
    }

    // The object goes when the kubelet deletes it without grace; finalizers may still hold it.
    private async Task FinishDeletionAsync()
    {
        try
        {
            await _deleted.Task.WaitAsync(_kubelet.Shutdown);
            if (!_gone)
            {
                await _kubelet.TryUntilDoneAsync(token => _kubelet.Client.DeleteAsync<Pod>(
                    Pod.Name(), Pod.Namespace(), new() { GracePeriodSeconds = 0, PreconditionUid = Pod.Metadata.Uid }, token));
            }
        }
        catch (OperationCanceledException)
        {
            // The kubelet ends.
        }
    }
}
