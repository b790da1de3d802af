using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>What the operator's file <c>--jobs-config</c> says of all Jobs.</summary>
public sealed record JobsConfig
{
    /// <summary>What holds without a file.</summary>
    public static JobsConfig Default { get; } = new();

    /// <summary>Most tasks that run in Jobs at once, from 0; 0 is no limit.</summary>
    public int MaxConcurrentTasks { get; init; }

    /// <summary>False keeps ended Jobs without a time to live.</summary>
    public bool Cleanup { get; init; } = true;

    /// <summary>False deletes failed Jobs as succeeded ones are.</summary>
    public bool PreserveFailedJobs { get; init; } = true;

    /// <summary>Image with the program <c>foreman-agent</c>, for runs of the loop and beside tasks that are a container; empty: such Jobs are refused.</summary>
    public string Image { get; init; } = "";

    /// <summary>Always, IfNotPresent or Never.</summary>
    public string ImagePullPolicy { get; init; } = "IfNotPresent";

    /// <summary>True mounts content sidecars as image volumes; false copies them by init containers.</summary>
    public bool UseImageVolumes { get; init; }

    /// <summary>Content sidecars of every task that is a container; a task's sidecar of the same name takes the place of one.</summary>
    public ImmutableArray<TaskSidecar> Sidecars { get; init; } = [];

    /// <summary>Image of the Job that the operator tries its rights with.</summary>
    public string PreflightImage { get; init; } = "busybox:1.36";

    /// <summary>Requests and limits of that Job; they replace the defaults as a whole.</summary>
    public JobResources PreflightResources { get; init; } = JobResources.Preflight;

    /// <summary>For tasks without a setupCommand; empty for none.</summary>
    public string SetupCommand { get; init; } = "";

    /// <summary>For tasks without a teardownCommand; empty for none.</summary>
    public string TeardownCommand { get; init; } = "";

    /// <summary>Longest run of a teardownCommand, in seconds, from 1 to 3600.</summary>
    public int TeardownTimeoutSeconds { get; init; } = 60;

    /// <summary>Labels of Jobs and pods; those of Foreman win.</summary>
    public ImmutableSortedDictionary<string, string> ExtraLabels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Annotations of Jobs and pods; those of Foreman win.</summary>
    public ImmutableSortedDictionary<string, string> ExtraAnnotations { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Longest run of any task, in seconds, from 1.</summary>
    public int ActiveDeadlineSeconds { get; init; } = 28800;

    /// <summary>Longest time that a pod with a node may take until its task starts before Kubernetes may end it, in seconds, from 1.</summary>
    public int StartTimeoutSeconds { get; init; } = 900;

    /// <summary>Seconds for which an ended Job is kept, from 0; less than 60 is 60, so that its end is seen.</summary>
    public int TtlSecondsAfterFinished { get; init; } = 86400;

    /// <summary>Size of the workspace, as a quantity.</summary>
    public string WorkspaceSizeLimit { get; init; } = "10Gi";

    /// <summary>Size of /tmp, which lies in memory, as a quantity.</summary>
    public string TmpSizeLimit { get; init; } = "1Gi";

    /// <summary>Size of /cache, as a quantity.</summary>
    public string CacheSizeLimit { get; init; } = "5Gi";

    /// <summary>Longest wait of a pod for a node, in seconds, from 0; 0 is no limit.</summary>
    public int UnschedulableTimeoutSeconds { get; init; } = 30;

    /// <summary>How long an image may fail to be pulled, in seconds, from 0.</summary>
    public int ImagePullTimeoutSeconds { get; init; } = 300;

    /// <summary>How long a volume may fail to be mounted, in seconds, from 0.</summary>
    public int MountTimeoutSeconds { get; init; } = 120;

    /// <summary>How long a container may fail to be made, in seconds, from 0.</summary>
    public int ContainerCreateTimeoutSeconds { get; init; } = 30;

    /// <summary>The PodTemplateSpec that pods are made from, as JSON; empty for none. A task's template stands above it.</summary>
    internal string PodTemplate { get; init; } = "";
}

/// <summary>Requests and limits of a container, by the name of the resource.</summary>
/// <param name="Requests">Least that is set aside, as quantities.</param>
/// <param name="Limits">Most that may be used, as quantities.</param>
public sealed record JobResources(ImmutableSortedDictionary<string, string> Requests, ImmutableSortedDictionary<string, string> Limits)
{
    /// <summary>Those of the Job that the operator tries its rights with.</summary>
    internal static JobResources Preflight { get; } = Of([new("cpu", "10m"), new("memory", "16Mi")], [new("cpu", "100m"), new("memory", "64Mi")]);

    /// <summary>Those of a task that says nothing.</summary>
    internal static JobResources Task { get; } = Of(
        [new("cpu", "1"), new("memory", "2Gi"), new("ephemeral-storage", "10Gi")],
        [new("cpu", "2"), new("memory", "4Gi"), new("ephemeral-storage", "20Gi")]);

    /// <summary>Those of containers that copy files, and of the one that reports.</summary>
    internal static JobResources Helper { get; } = Of(
        [new("cpu", "50m"), new("memory", "64Mi"), new("ephemeral-storage", "64Mi")],
        [new("cpu", "500m"), new("memory", "256Mi"), new("ephemeral-storage", "64Mi")]);

    /// <summary>None.</summary>
    internal static JobResources None { get; } = Of([], []);

    internal static JobResources Of(IEnumerable<KeyValuePair<string, string>> requests, IEnumerable<KeyValuePair<string, string>> limits) =>
        new(requests.ToImmutableSortedDictionary(StringComparer.Ordinal), limits.ToImmutableSortedDictionary(StringComparer.Ordinal));
}
