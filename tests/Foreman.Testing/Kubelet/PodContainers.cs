using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>When containers of a pod are ended.</summary>
/// <param name="Stop">SIGTERM, and no start any more.</param>
/// <param name="Kill">SIGKILL.</param>
internal readonly record struct PodSignals(CancellationToken Stop, CancellationToken Kill);

/// <summary>The containers of a pod: each is pulled, started, watched, and started again where the pod says so.</summary>
/// <param name="kubelet">What all pods share.</param>
/// <param name="pod">The pod.</param>
/// <param name="folder">Where its files lie.</param>
/// <param name="signals">When it ends.</param>
/// <param name="change">Tells what has changed.</param>
internal sealed class PodContainers(
    KubeletContext kubelet, Pod pod, string folder, PodSignals signals, Action<Func<PodProgress, PodProgress>> change) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ContainerRun>> _runs = new(StringComparer.Ordinal);
    private readonly Stack<(CancellationTokenSource End, Task Ended)> _sidecars = new();

    private PodInputs Inputs => new(kubelet.Client, pod);

    /// <summary>The process of a container that runs; null when it does not.</summary>
    public int? ProcessId(string container)
    {
        lock (_gate)
        {
            return _runs.GetValueOrDefault(container) is [.., var last] ? last.Process?.Id : null;
        }
    }

    /// <summary>The log of a container, or of its run before.</summary>
    /// <param name="container">Its name.</param>
    /// <param name="previous">Whether the run before is meant.</param>
    /// <param name="state">Its state: while it waits, its last run is also the one before.</param>
    public FoundLog Log(string container, bool previous, ContainerState state)
    {
        if (!pod.Spec.Containers.Concat(pod.Spec.InitContainers).Any(c => c.Name == container))
        {
            return new(null, 404, $"container \"{container}\" not found in pod \"{pod.Name()}\"");
        }

        lock (_gate)
        {
            var runs = _runs.GetValueOrDefault(container) ?? [];
            var back = previous && state.Waiting is null ? 2 : 1;
            return runs.Count >= back ? new(runs[^back].Log)
                : previous ? new(null, 400, $"previous terminated container \"{container}\" in pod \"{pod.Name()}\" not found")
                : new(null, 400, $"container \"{container}\" in pod \"{pod.Name()}\" is waiting to start: {state.Waiting?.Reason}");
        }
    }

    /// <summary>Makes the volumes, again and again until it can be done.</summary>
    public async Task<PodVolumes> SetUpAsync()
    {
        for (var failures = 0; ; failures++)
        {
            signals.Stop.ThrowIfCancellationRequested();
            try
            {
                return await PodVolumes.CreateAsync(pod, Path.Combine(folder, "volumes"), Inputs, kubelet.Images, signals.Stop);
            }
            catch (Exception e) when (IsPassing(e))
            {
                kubelet.Events.Warning(pod, null, "FailedMount", e.Message);
            }

            await Task.Delay(kubelet.Options.WaitAfter(failures), signals.Stop);
        }
    }

    /// <summary>Runs init containers one after the other, then all others until they have ended.</summary>
    public async Task RunAsync(PodVolumes volumes)
    {
        foreach (var container in pod.Spec.InitContainers)
        {
            if (container.IsSidecar)
            {
                await StartSidecarAsync(container, volumes);
            }
            else if (!await SuperviseAsync(container, volumes, null, signals.Stop))
            {
                return;
            }
        }

        await Task.WhenAll(pod.Spec.Containers.Select(c => SuperviseAsync(c, volumes, null, signals.Stop)));
    }

    /// <summary>Ends the sidecars, the last one first.</summary>
    public async Task StopSidecarsAsync()
    {
        while (_sidecars.TryPop(out var sidecar))
        {
            await sidecar.End.CancelAsync();
            await sidecar.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            sidecar.End.Dispose();
            if (sidecar.Ended.Exception is { } e)
            {
                kubelet.Problems.Enqueue(e.ToString());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var run in _runs.Values.SelectMany(r => r))
            {
                run.Dispose();
            }
        }

        if (!Directory.Exists(folder))
        {
            return;
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It goes with the kubelet's folder.
        }
    }

    // What may be better the next time.
    private static bool IsPassing(Exception e) => e is PodSetupException or KubernetesException or KubernetesUnreachableException;

    private async Task StartSidecarAsync(Container container, PodVolumes volumes)
    {
        var end = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = SuperviseAsync(container, volumes, started, end.Token);
        _sidecars.Push((end, ended));
        await await Task.WhenAny(started.Task, ended).WaitAsync(signals.Stop);
    }

    /// <summary>Runs a container until it is not started again; true when it ended well.</summary>
    /// <param name="container">Which.</param>
    /// <param name="volumes">The pod's volumes.</param>
    /// <param name="started">Set when it has started; null when nobody waits for that.</param>
    /// <param name="terminate">Asks it to end.</param>
    private async Task<bool> SuperviseAsync(Container container, PodVolumes volumes, TaskCompletionSource? started, CancellationToken terminate)
    {
        using var noStart = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop, terminate);
        for (var restarts = 0; ; restarts++)
        {
            var (plan, environment, group, run) = await PrepareAsync(container, volumes, restarts, noStart.Token);
            var ended = plan is null
                ? NotStarted(container, group, run)
                : await RunOnceAsync(container, (plan, environment, group, run), started, terminate);
            Show(container, p => p with { State = new() { Terminated = ended } });
            if (noStart.IsCancellationRequested || !PodRules.Restarts(pod.Spec.RestartPolicy, container, ended.ExitCode))
            {
                return ended.ExitCode == 0;
            }

            var message = $"back-off {kubelet.Options.WaitAfter(restarts).TotalSeconds:0.#}s restarting failed container={container.Name} pod={pod.Name()}_{pod.Namespace()}({pod.Uid()})";
            kubelet.Events.Warning(pod, container, "BackOff", "Back-off restarting failed container");
            Show(container, p => p with { State = ContainerState.Waits("CrashLoopBackOff", message), LastState = new() { Terminated = ended }, RestartCount = restarts + 1 });
            await Task.Delay(kubelet.Options.WaitAfter(restarts), noStart.Token);
        }
    }

    private async Task<TerminatedState> RunOnceAsync(
        Container container,
        (LaunchPlan Plan, Dictionary<string, string> Environment, ContainerGroup Group, ContainerRun Run) start,
        TaskCompletionSource? started,
        CancellationToken terminate)
    {
        var process = ContainerProcess.Start(start.Plan, start.Environment, start.Run.Log);
        start.Run.Process = process;
        var startedAt = DateTimeOffset.UtcNow;
        int exitCode;
        bool hasStarted;
        await using (terminate.Register(process.Terminate))
        await using (signals.Kill.Register(process.Kill))
        await using (kubelet.Shutdown.Register(process.Kill))
        {
            hasStarted = await process.WaitForStartAsync();
            if (hasStarted)
            {
                kubelet.Events.Normal(pod, container, "Started", "Container started");
                Show(container, p => p with { State = new() { Running = new() { StartedAt = startedAt } } });
                started?.TrySetResult();
            }

            exitCode = await process.WaitForExitAsync();
        }

        var ranOut = start.Group.RanOutOfMemory;
        start.Group.Remove();
        if (!hasStarted && !process.HasStarted && !terminate.IsCancellationRequested && !signals.Kill.IsCancellationRequested)
        {
            return Refused(container, process.Trouble);
        }

        var ended = PodRules.Ended(exitCode, ranOut, startedAt, DateTimeOffset.UtcNow);
        var log = start.Run.Log;
        IReadOnlyList<LogRecord> lines = container.TerminationMessagePolicy == "FallbackToLogsOnError" ? log.Read(0, log.State.Length) : [];
        var written = await File.ReadAllTextAsync(start.Plan.LastWords, CancellationToken.None);
        return ended with { ContainerID = IdOf(start.Run), Message = PodRules.LastWords(container, written, lines, exitCode) };
    }

    private TerminatedState NotStarted(Container container, ContainerGroup group, ContainerRun run)
    {
        group.Remove();
        run.Log.Finish();
        return Refused(container, kubelet.Images.Pull(container.Image, container.ImagePullPolicy).Image?.StartError ?? "");
    }

    // As containerd says it.
    private TerminatedState Refused(Container container, string trouble)
    {
        var message = $"failed to create containerd task: failed to create shim task: OCI runtime create failed: {trouble}";
        kubelet.Events.Warning(pod, container, "Failed", "Error: " + message);
        var now = DateTimeOffset.UtcNow;
        return new TerminatedState { ExitCode = 128, Reason = "StartError", Message = message, StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = now };
    }

    /// <summary>Pulls the image and finds out what is started; waits while something is missing.</summary>
    private async Task<(LaunchPlan? Plan, Dictionary<string, string> Environment, ContainerGroup Group, ContainerRun Run)> PrepareAsync(
        Container container, PodVolumes volumes, int restarts, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var image = await PullAsync(container, cancellationToken);
            try
            {
                var environment = await ContainerEnvironment.BuildAsync(pod, container, image, kubelet.Client.Configuration.Host, Inputs, cancellationToken);
                var runFolder = Path.Combine(folder, "containers", container.Name, $"{restarts}");
                var plan = Plan(container, image, environment, (runFolder, volumes.MountsOf(container)));
                var group = ContainerGroup.Make(container.Resources.Limits?.GetValueOrDefault("memory") is { } memory ? Quantities.Whole(memory) : null);
                var run = Begin(container, runFolder);
                plan = plan with { Groups = [.. group.Folders], Mounts = [.. plan.Mounts, .. group.Mounts] };
                return (image.StartError is null ? plan : null, environment, group, run);
            }
            catch (PodSetupException e)
            {
                kubelet.Events.Warning(pod, container, "Failed", "Error: " + e.Message);
                Show(container, p => p with { State = ContainerState.Waits(e.Reason, e.Message) });
            }
            catch (Exception e) when (IsPassing(e))
            {
                Show(container, p => p with { State = ContainerState.Waits("CreateContainerConfigError", e.Message) });
            }

            await Task.Delay(kubelet.Options.WaitAfter(failures), cancellationToken);
        }
    }

    private LaunchPlan Plan(
        Container container, KubeletImage image, Dictionary<string, string> environment, (string Folder, IReadOnlyList<BindMount> Mounts) place)
    {
        var (user, group) = PodRules.Identity(pod, container, image);
        var common = pod.Spec.SecurityContext;
        var plan = new LaunchPlan
        {
            Folder = place.Folder,
            ImageFolder = image.Folder,
            HostPaths = image.HostPaths,
            Command = [.. PodRules.Command(container, image).Select(word => Expansion.Expand(word, environment))],
            WorkingDirectory = container.WorkingDir is { Length: > 0 } directory ? directory : "/",
            User = user,
            Group = group,
            MoreGroups = [.. common.SupplementalGroups, .. common.FsGroup is { } fsGroup ? (long[])[fsGroup] : []],
            ReadOnlyRoot = container.SecurityContext.ReadOnlyRootFilesystem == true,
        };
        return plan with { Mounts = [.. place.Mounts, new(plan.LastWords, container.TerminationMessagePath ?? "/dev/termination-log", IsReadOnly: false)] };
    }

    private ContainerRun Begin(Container container, string runFolder)
    {
        var run = new ContainerRun(runFolder);
        lock (_gate)
        {
            if (!_runs.TryGetValue(container.Name, out var runs))
            {
                runs = [];
                _runs.Add(container.Name, runs);
            }

            runs.Add(run);
        }

        kubelet.Events.Normal(pod, container, "Created", "Container created");
        Show(container, p => p with { ContainerId = IdOf(run) });
        return run;
    }

    private async Task<KubeletImage> PullAsync(Container container, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            var pull = kubelet.Images.Pull(container.Image, container.ImagePullPolicy);
            if (pull.Image is { } image)
            {
                kubelet.Events.Normal(pod, container, "Pulled", $"Container image \"{container.Image}\" already present on machine");
                return image;
            }

            // A failed pull is shown as such first, and then, while the next one is waited for, as a back-off.
            var wait = kubelet.Options.WaitAfter(failures) / 2;
            kubelet.Events.Warning(pod, container, "Failed", $"Failed to pull image \"{container.Image}\": {pull.Message}");
            Show(container, p => p with { State = ContainerState.Waits(pull.Reason, pull.Message) });
            await Task.Delay(wait, cancellationToken);
            if (pull.Reason == "ErrImagePull")
            {
                kubelet.Events.Normal(pod, container, "BackOff", $"Back-off pulling image \"{container.Image}\"");
                Show(container, p => p with { State = ContainerState.Waits("ImagePullBackOff", $"Back-off pulling image \"{container.Image}\": ErrImagePull: {pull.Message}") });
            }

            await Task.Delay(wait, cancellationToken);
        }
    }

    private string IdOf(ContainerRun run) => $"processes://{pod.Uid()}/{Path.GetRelativePath(Path.Combine(folder, "containers"), run.Folder)}";

    private void Show(Container container, Func<ContainerProgress, ContainerProgress> to) => change(p => p with
    {
        Containers = p.Containers.SetItem(container.Name, to(p.Containers.GetValueOrDefault(container.Name) ?? PodStatuses.Beginning(pod, container))),
    });
}
