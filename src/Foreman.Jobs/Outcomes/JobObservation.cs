using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What is known of an attempt's Job at one time.</summary>
public sealed record JobObservation
{
    /// <summary>The Job; null when it is gone.</summary>
    public V1Job? Job { get; init; }

    /// <summary>Its pods, at most one of them alive.</summary>
    public ImmutableArray<V1Pod> Pods { get; init; } = [];

    /// <summary>Events about the Job and its pods, in any order. Only a Job without a pod, and pods that have not begun or have failed, need them.</summary>
    public ImmutableArray<JobEvent> Events { get; init; } = [];

    /// <summary>The time, by the clock that the objects' times are compared with.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Limits for what may pass by itself.</summary>
    public JobLimits Limits { get; init; } = new();
}

/// <summary>An event about a Job or a pod.</summary>
/// <param name="About">UID of the object.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Message">Its message.</param>
/// <param name="FirstSeen">When it happened first.</param>
public sealed record JobEvent(string About, string Reason, string Message, DateTimeOffset FirstSeen);

/// <summary>How long what may pass by itself is waited for, in seconds.</summary>
public sealed record JobLimits
{
    /// <summary>For a node; 0 is no limit.</summary>
    public int UnschedulableSeconds { get; init; } = JobsConfig.Default.UnschedulableTimeoutSeconds;

    /// <summary>For an image.</summary>
    public int ImagePullSeconds { get; init; } = JobsConfig.Default.ImagePullTimeoutSeconds;

    /// <summary>For a volume.</summary>
    public int MountSeconds { get; init; } = JobsConfig.Default.MountTimeoutSeconds;

    /// <summary>For a container to be made.</summary>
    public int ContainerCreateSeconds { get; init; } = JobsConfig.Default.ContainerCreateTimeoutSeconds;

    /// <summary>The limits of a run.</summary>
    /// <param name="run">The run.</param>
    public static JobLimits Of(JobRun run) => new()
    {
        UnschedulableSeconds = JobTimes.UnschedulableSeconds(run),
        ImagePullSeconds = run.Config.ImagePullTimeoutSeconds,
        MountSeconds = run.Config.MountTimeoutSeconds,
        ContainerCreateSeconds = run.Config.ContainerCreateTimeoutSeconds,
    };
}

/// <summary>Where a Job stands.</summary>
public enum JobState
{
    /// <summary>No container has begun.</summary>
    Pending,

    /// <summary>Its pod runs.</summary>
    Running,

    /// <summary>It ended with exit code 0.</summary>
    Succeeded,

    /// <summary>It failed, or never will begin.</summary>
    Failed,
}

/// <summary>What the state of a Job and its pods means.</summary>
public sealed record JobOutcome
{
    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Why it failed, of a closed list; null unless it did.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>Exit code of the container that decided; null when none did.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What happened, where, and what to do; empty while there is nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary>Name of the pod; null when there is none.</summary>
    public string? Pod { get; init; }

    /// <summary>Kubernetes node of the pod; null when it has none.</summary>
    public string? Node { get; init; }

    /// <summary>Name of the container that decided; null when none did.</summary>
    public string? Container { get; init; }

    /// <summary>When the task's container began; null when it did not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the task's container ended; null when it did not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>True when a pod of the Job may still write: nothing else may be started in its place before its fence has closed.</summary>
    public bool MayStillWrite { get; init; }

    /// <summary>When to look again although nothing changes; null for never.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>How the attempt ended; null while it has not. A disruption is no fault of the task: Preempted or Lost.</summary>
    public AttemptOutcome? Attempt =>
        State == JobState.Succeeded ? AttemptOutcome.Succeeded
        : State != JobState.Failed ? (AttemptOutcome?)null
        : Reason == FailureReason.NodeLost ? AttemptOutcome.Lost
        : Reason == FailureReason.Preempted || (Reason == FailureReason.Evicted && !IsOwnFault) ? AttemptOutcome.Preempted
        : AttemptOutcome.Failed;

    /// <summary>True for an eviction because the task itself used too much.</summary>
    internal bool IsOwnFault { get; init; }
}
