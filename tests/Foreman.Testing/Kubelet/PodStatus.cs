using System.Collections.Immutable;

namespace Foreman.Testing.Kubelet;

/// <summary>What a kubelet says of a pod.</summary>
internal sealed record PodStatus
{
    public string? Phase { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? HostIP { get; init; }

    public string? PodIP { get; init; }

    public IReadOnlyList<PodAddress>? HostIPs { get; init; }

    public IReadOnlyList<PodAddress>? PodIPs { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<PodCondition>? Conditions { get; init; }

    public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }

    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
}

/// <summary>An address of a pod or host.</summary>
internal sealed record PodAddress
{
    public string Ip { get => field ?? ""; init; }
}

/// <summary>A condition of a pod.</summary>
internal sealed record PodCondition
{
    public string Type { get => field ?? ""; init; }

    public string Status { get => field ?? ""; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? LastTransitionTime { get; init; }
}

/// <summary>What a kubelet says of a container.</summary>
internal sealed record ContainerStatus
{
    public string Name { get => field ?? ""; init; }

    public ContainerState State { get => field ?? new(); init; }

    public ContainerState? LastState { get; init; }

    public bool Ready { get; init; }

    public bool? Started { get; init; }

    public int RestartCount { get; init; }

    public string Image { get => field ?? ""; init; }

    public string ImageID { get => field ?? ""; init; }

    public string? ContainerID { get; init; }
}

/// <summary>State of a container: one of the three is set.</summary>
internal sealed record ContainerState
{
    public WaitingState? Waiting { get; init; }

    public RunningState? Running { get; init; }

    public TerminatedState? Terminated { get; init; }

    public static ContainerState Waits(string reason, string? message = null) => new() { Waiting = new() { Reason = reason, Message = message } };
}

/// <summary>A container that does not run yet, or not again yet.</summary>
internal sealed record WaitingState
{
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

/// <summary>A container that runs.</summary>
internal sealed record RunningState
{
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>A container that has ended.</summary>
internal sealed record TerminatedState
{
    public int ExitCode { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? ContainerID { get; init; }
}

/// <summary>How far a pod is.</summary>
internal sealed record PodProgress
{
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>By name; init containers and others share one space of names.</summary>
    public ImmutableDictionary<string, ContainerProgress> Containers { get; init; } = ImmutableDictionary<string, ContainerProgress>.Empty;

    /// <summary>Volumes are there, so containers may start.</summary>
    public bool IsSetUp { get; init; }

    /// <summary>Nothing of it runs, or will run again.</summary>
    public bool Ended { get; init; }

    /// <summary>Why the kubelet ended it; null when it ended by itself or was deleted.</summary>
    public PodEnding? Ending { get; init; }
}

/// <summary>How far a container is.</summary>
internal sealed record ContainerProgress
{
    public required ContainerState State { get; init; }

    public ContainerState? LastState { get; init; }

    public int RestartCount { get; init; }

    public string? ContainerId { get; init; }
}

/// <summary>Why a kubelet ends a pod.</summary>
/// <param name="Reason">Stands in <c>status.reason</c>.</param>
/// <param name="Message">Stands in <c>status.message</c>.</param>
/// <param name="IsDisruption">Whether the pod is not to blame, which the condition DisruptionTarget tells.</param>
internal sealed record PodEnding(string Reason, string Message, bool IsDisruption);
