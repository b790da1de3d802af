namespace Foreman.Testing.Kubelet;

/// <summary>What a kubelet writes of a pod, made of how far the pod is.</summary>
internal static class PodStatuses
{
    private const string True = "True";
    private const string False = "False";

    /// <summary>How far the containers of a new pod are.</summary>
    public static ContainerProgress Beginning(Pod pod, Container container)
    {
        var isFirst = pod.Spec.InitContainers is not [var first, ..] || first.Name == container.Name;
        return new() { State = ContainerState.Waits(isFirst ? "ContainerCreating" : "PodInitializing") };
    }

    /// <summary>The status.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="before">Conditions that were written before: those that stay as they are keep their time.</param>
    /// <param name="now">Time of those that change.</param>
    public static PodStatus Of(Pod pod, PodProgress progress, IReadOnlyList<PodCondition> before, DateTimeOffset now)
    {
        var phase = Phase(pod, progress);
        return new PodStatus
        {
            Phase = phase,
            Reason = progress.Ended ? progress.Ending?.Reason : null,
            Message = progress.Ended ? progress.Ending?.Message : null,
            HostIP = NodeObject.Address,
            HostIPs = [new() { Ip = NodeObject.Address }],
            PodIP = NodeObject.Address,
            PodIPs = [new() { Ip = NodeObject.Address }],
            StartTime = progress.StartTime,
            Conditions = [.. Conditions(pod, progress, phase).Select(c => Timed(c, before, now))],
            InitContainerStatuses = pod.Spec.InitContainers.Count == 0 ? null : [.. pod.Spec.InitContainers.Select(c => Status(pod, progress, c, isInit: true))],
            ContainerStatuses = [.. pod.Spec.Containers.Select(c => Status(pod, progress, c, isInit: false))],
        };
    }

    /// <summary>The phase: sidecars and init containers that have ended well don't count.</summary>
    public static string Phase(Pod pod, PodProgress progress)
    {
        var containers = pod.Spec.Containers.Select(c => Of(pod, progress, c)).ToList();
        if (!progress.Ended)
        {
            return containers.Any(c => c.State.Waiting is null || c.LastState is not null) ? "Running" : "Pending";
        }

        return progress.Ending is null && containers.All(c => c.State.Terminated is { ExitCode: 0 }) ? "Succeeded" : "Failed";
    }

    private static IEnumerable<PodCondition> Conditions(Pod pod, PodProgress progress, string phase)
    {
        var unready = pod.Spec.Containers.Where(c => Of(pod, progress, c).State.Running is null).Select(c => c.Name).ToList();
        var isInitialized = pod.Spec.InitContainers.All(c => IsDone(Of(pod, progress, c), c)) && progress.IsSetUp;
        var isOver = phase is "Succeeded" or "Failed";
        var reason = phase == "Succeeded" ? "PodCompleted" : phase == "Failed" ? "PodFailed" : unready.Count > 0 ? "ContainersNotReady" : null;
        var message = reason == "ContainersNotReady" ? $"containers with unready status: [{string.Join(' ', unready)}]" : null;
        yield return new() { Type = "PodReadyToStartContainers", Status = progress.IsSetUp && !isOver ? True : False };
        yield return isInitialized
            ? new() { Type = "Initialized", Status = True, Reason = phase == "Succeeded" ? "PodCompleted" : null }
            : new() { Type = "Initialized", Status = False, Reason = "ContainersNotInitialized" };
        yield return new() { Type = "Ready", Status = reason is null ? True : False, Reason = reason, Message = message };
        yield return new() { Type = "ContainersReady", Status = reason is null ? True : False, Reason = reason, Message = message };
        if (progress is { Ended: true, Ending: { IsDisruption: true } ending })
        {
            yield return new() { Type = "DisruptionTarget", Status = True, Reason = "TerminationByKubelet", Message = ending.Message };
        }
    }

    private static bool IsDone(ContainerProgress progress, Container container) =>
        progress.State.Terminated is { ExitCode: 0 } || (container.IsSidecar && (progress.State.Waiting is null || progress.LastState is not null));

    private static PodCondition Timed(PodCondition condition, IReadOnlyList<PodCondition> before, DateTimeOffset now) =>
        condition with { LastTransitionTime = before.FirstOrDefault(b => b.Type == condition.Type && b.Status == condition.Status)?.LastTransitionTime ?? now };

    private static ContainerStatus Status(Pod pod, PodProgress progress, Container container, bool isInit)
    {
        var own = Of(pod, progress, container);
        var runs = own.State.Running is not null;
        return new ContainerStatus
        {
            Name = container.Name,
            State = own.State,
            LastState = own.LastState,
            Ready = runs ? !isInit || container.IsSidecar : isInit && own.State.Terminated is { ExitCode: 0 },
            Started = runs,
            RestartCount = own.RestartCount,
            Image = container.Image,
            ImageID = own.ContainerId is null ? "" : container.Image,
            ContainerID = own.ContainerId,
        };
    }

    private static ContainerProgress Of(Pod pod, PodProgress progress, Container container) =>
        progress.Containers.GetValueOrDefault(container.Name) ?? Beginning(pod, container);
}
