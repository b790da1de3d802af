using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>Which backend keeps the schedules.</summary>
public enum ScheduleBackendKind
{
    /// <summary>A file; the operator watches the clock.</summary>
    File,

    /// <summary>CronJobs; the cluster watches the clock.</summary>
    Kubernetes,
}

/// <summary>Chooses the backend. Pure.</summary>
public static class ScheduleBackendChoice
{
    /// <summary>The environment variable that says whether the operator runs in a cluster.</summary>
    public const string InClusterVariable = "FOREMAN_IN_CLUSTER";

    /// <summary>The backend that is meant.</summary>
    /// <param name="word"><c>auto</c>, <c>file</c> or <c>kubernetes</c>; null or empty for auto.</param>
    /// <param name="inCluster">Value of <see cref="InClusterVariable"/>: true or 1 is yes, anything else that is not empty is no.</param>
    /// <param name="hasIdentity">Whether the files of a pod's identity are there; counts where the variable says nothing.</param>
    /// <exception cref="ScheduleException">There is no such backend, or it can't work here.</exception>
    public static ScheduleBackendKind Of(string? word, string? inCluster, bool hasIdentity)
    {
        var isInCluster = string.IsNullOrEmpty(inCluster) ? hasIdentity : inCluster is "true" or "1";
        return word switch
        {
            null or "" or "auto" => isInCluster ? ScheduleBackendKind.Kubernetes : ScheduleBackendKind.File,
            "file" => ScheduleBackendKind.File,
            "kubernetes" when isInCluster => ScheduleBackendKind.Kubernetes,
            "kubernetes" => throw new ScheduleException($"--schedule-backend kubernetes needs the identity of a pod, and there is none; use file, or set {InClusterVariable}=true if this does run in the cluster"),
            _ => throw new ScheduleException($"--schedule-backend `{Printable.Line(word, 50)}` is none of auto, file and kubernetes"),
        };
    }
}
