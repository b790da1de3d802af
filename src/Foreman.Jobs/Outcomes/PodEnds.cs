using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>How a pod ended. Pure.</summary>
internal static class PodEnds
{
    /// <summary>Exit code of what was asked to stop.</summary>
    public const int Sigterm = 143;

    /// <summary>Exit code of what was stopped by force.</summary>
    public const int Sigkill = 137;

    // A kubelet that is there reports the end of a pod long before.
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(60);

    // What a kubelet says of a pod that used more than it may.
    private static readonly string[] OwnUse = ["exceeds the limit", "exceeds the total limit", "exceeded its local ephemeral storage"];

    // What a kubelet says of a pod that it did not take, or stopped because its node goes down.
    private static readonly string[] OfNode = ["NodeLost", "NodeShutdown", "Shutdown", "Terminated"];

    /// <summary>True once the task has ended well: what its native sidecars do afterwards does not count.</summary>
    public static bool Success(V1Pod pod)
    {
        var containers = pod.Status?.ContainerStatuses.Each().ToList() ?? [];
        return pod.Status?.Phase == "Succeeded"
            || (containers.Any(c => c.Name == TaskParts.Name) && containers.Count == (pod.Spec?.Containers?.Count ?? containers.Count) && containers.All(c => c.State?.Terminated is { ExitCode: 0, Signal: null or 0 }));
    }

    /// <summary>Why the pod failed; null when it has not.</summary>
    public static Finding? Failure(V1Pod pod, JobObservation observation)
    {
        if (LostAt(pod) is { } lost && observation.Now >= lost)
        {
            return new(FailureReason.NodeLost, $"its node {pod.Spec?.NodeName} does not confirm that the pod has stopped; the node is lost, or cut off");
        }

        if (pod.Status?.Reason == "NodeLost")
        {
            return new(FailureReason.NodeLost, $"its node {pod.Spec?.NodeName} was lost");
        }

        return pod.Status?.Phase != "Failed" ? null : Disruption(pod) ?? Deadline(pod) ?? InitExit(pod) ?? Exit(pod) ?? Unexplained(pod, observation);
    }

    /// <summary>When a pod that is being deleted counts as lost; null for one that is not, or has ended.</summary>
    public static DateTimeOffset? LostAt(V1Pod pod) =>
        pod.Status?.Phase is "Succeeded" or "Failed" ? null : Times.Of(pod.Metadata?.DeletionTimestamp) + Unheard;

    // Kubernetes names the cause of a disruption in a condition; a kubelet, in reason and message.
    private static Finding? Disruption(V1Pod pod)
    {
        var status = pod.Status;
        var cause = status.Conditions.Each().FirstOrDefault(c => c is { Type: "DisruptionTarget", Status: "True" });
        var why = Texts.Shown(string.IsNullOrEmpty(status.Message) ? cause?.Message : status.Message, 300);
        return (cause?.Reason, status.Reason) switch
        {
            ("PreemptionByScheduler", _) or (_, "Preempting") => new(FailureReason.Preempted, $"a pod of higher priority took its place: {why}"),
            ("DeletionByTaintManager" or "DeletionByPodGC", _) => new(FailureReason.NodeLost, $"its node {pod.Spec?.NodeName} was lost or is not to be used: {why}"),
            (_, { } reason) when OfNode.Contains(reason) => new(FailureReason.NodeLost, $"its node {pod.Spec?.NodeName} goes down: {why}"),
            ("EvictionByEvictionAPI", _) => new(FailureReason.Evicted, $"it was evicted, as when a node is drained: {why}"),
            (_, "Evicted") => Evicted(why),
            _ => JobClassifier.Says(status.Message, "evict") ? Evicted(why) : null,
        };
    }

    private static Finding Evicted(string why) => OwnUse.Any(o => JobClassifier.Says(why, o))
        ? new(FailureReason.Evicted, $"it was evicted because it used more than it may: {why}; raise the limit, or use less") { IsOwnFault = true }
        : new(FailureReason.Evicted, $"it was evicted: {why}");

    private static Finding? Deadline(V1Pod pod) => pod.Status.Reason == "DeadlineExceeded"
        ? new(FailureReason.Timeout, $"the deadline of the pod passed: {Texts.Shown(pod.Status.Message)}")
        : null;

    // Native sidecars restart by themselves: how one ended says nothing of the task.
    private static Finding? InitExit(V1Pod pod)
    {
        var sidecars = NativeSidecars(pod);
        var failed = pod.Status?.InitContainerStatuses.Each().FirstOrDefault(c => !sidecars.Contains(c.Name) && IsFailure(c.State?.Terminated));
        return failed is null ? null : new(FailureReason.InitContainer, $"init container {failed.Name} {Ended(failed.State.Terminated)}") { Container = failed.Name, ExitCode = Code(failed.State.Terminated) };
    }

    private static Finding? Exit(V1Pod pod)
    {
        var failed = pod.Status.ContainerStatuses.Each().Where(c => IsFailure(c.State?.Terminated)).OrderByDescending(c => c.Name == TaskParts.Name).FirstOrDefault();
        if (failed is null)
        {
            return null;
        }

        var ended = failed.State.Terminated;
        var finding = ended.Reason switch
        {
            "OOMKilled" => new Finding(FailureReason.ContainerOOM, $"container {failed.Name} used more memory than its limit; raise limits.memory, or use less") { ExitCode = Sigkill },
            "StartError" or "ContainerCannotRun" => Unstarted(failed.Name, ended),
            _ => new Finding(FailureReason.ContainerExit, $"container {failed.Name} {Ended(ended)}") { ExitCode = Code(ended) },
        };
        return finding with { Container = failed.Name };
    }

    private static Finding Unstarted(string container, V1ContainerStateTerminated ended) => JobClassifier.Says(ended.Message, TaskWrapper.Shell) && JobClassifier.Says(ended.Message, "no such file")
        ? new(FailureReason.InvalidImage, $"the image of container {container} has no {TaskWrapper.Shell}, which starts the task; take an image with a POSIX shell")
        : new(FailureReason.ContainerCreate, $"container {container} could not be started: {Texts.Shown(ended.Message, 300)}");

    private static Finding Unexplained(V1Pod pod, JobObservation observation)
    {
        var told = $"{Texts.Shown(pod.Status.Reason, 80)} {Texts.Shown(pod.Status.Message, 300)}".Trim();
        return PodWaits.Mounting(pod, observation) is { } mount ? new(mount.Reason, mount.Message)
            : JobClassifier.Says(told, "deadline") ? new(FailureReason.Timeout, $"the deadline passed: {told}")
            : new(FailureReason.InfrastructureError, told.Length == 0 ? "it failed, and nothing tells why" : $"it failed: {told}");
    }

    private static HashSet<string> NativeSidecars(V1Pod pod) =>
        (pod.Spec?.InitContainers).Each().Where(c => c.RestartPolicy == "Always").Select(c => c.Name).ToHashSet(StringComparer.Ordinal);

    private static bool IsFailure(V1ContainerStateTerminated? ended) => ended is not (null or { ExitCode: 0, Signal: null or 0 });

    private static int Code(V1ContainerStateTerminated ended) => ended.ExitCode != 0 ? ended.ExitCode : 128 + (ended.Signal ?? 0);

    private static string Ended(V1ContainerStateTerminated ended)
    {
        var code = Code(ended);
        var why = ended.Reason == "OOMKilled" ? ": it used more memory than its limit" : "";
        var last = string.IsNullOrWhiteSpace(ended.Message) ? "" : $"; it said last: {Texts.Shown(ended.Message, 300)}";
        var guidance = code == Sigterm ? "; it was asked to stop (SIGTERM): look for an eviction, a preemption, a drained node, a deadline, or somebody who deleted the pod" : "";
        return Texts.Of($"ended with exit code {code}{why}{guidance}{last}");
    }
}
