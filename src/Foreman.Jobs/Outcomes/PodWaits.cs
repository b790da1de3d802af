using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What a pod waits for.</summary>
/// <param name="Reason">Why it fails when the wait is too long.</param>
/// <param name="Message">What it waits for.</param>
/// <param name="Until">When the wait is too long; null for never.</param>
internal sealed record PodWait(FailureReason Reason, string Message, DateTimeOffset? Until)
{
    /// <summary>Name of the container that waits.</summary>
    public string? Container { get; init; }
}

/// <summary>What keeps a pod from running, and whether it may pass by itself. Pure.</summary>
internal static class PodWaits
{
    private static readonly string[] Pulls = ["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed"];
    private static readonly string[] Creations = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PostStartHookError"];
    private static readonly string[] Mounts = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
    private static readonly string[] NoRuntime = ["no runtime for", "RuntimeHandler", "runtime handler", "unknown runtime"];
    private static readonly string[] AfterMounts = ["Pulling", "Pulled"];

    /// <summary>The wait that is over first; null when the pod waits for nothing that is known.</summary>
    public static PodWait? Of(V1Pod pod, JobObservation observation)
    {
        var events = observation.Events.Where(e => e.About == pod.Metadata?.Uid).ToImmutableArray();
        IEnumerable<PodWait?> waits = [Scheduling(pod, observation.Limits), Sandbox(events, pod), .. Containers(pod).Select(c => Container(c, pod, events, observation.Limits)), Mounting(pod, observation)];
        return waits.OfType<PodWait>().OrderBy(w => w.Until ?? DateTimeOffset.MaxValue).FirstOrDefault();
    }

    /// <summary>The failure that a wait has become; null while it has not.</summary>
    public static Finding? Passed(V1Pod pod, JobObservation observation) =>
        pod.Status?.Phase is "Succeeded" or "Failed" ? null
        : Of(pod, observation) is { Until: { } until } wait && observation.Now >= until ? new(wait.Reason, wait.Message) { Container = wait.Container }
        : null;

    /// <summary>The wait for a volume: of a pod whose kubelet has not got to its images, which come after its volumes, so that what was repaired since is not told.</summary>
    public static PodWait? Mounting(V1Pod pod, JobObservation observation)
    {
        var failed = observation.Events.Where(e => e.About == pod.Metadata?.Uid && (Mounts.Contains(e.Reason) || JobClassifier.Says(e.Message, "MountVolume.SetUp failed"))).MinBy(e => e.FirstSeen);
        if (failed is null || HasBegun(pod) || observation.Events.Any(e => e.About == pod.Metadata?.Uid && AfterMounts.Contains(e.Reason)))
        {
            return null;
        }

        return IsMissingSecret(failed.Message)
            ? new(FailureReason.SecretNotFound, $"a Secret that it mounts does not exist: {Texts.Shown(failed.Message, 300)}", failed.FirstSeen)
            : new(FailureReason.VolumeMount, $"a volume can't be mounted: {Texts.Shown(failed.Message, 300)}", failed.FirstSeen.AddSeconds(observation.Limits.MountSeconds));
    }

    private static PodWait? Scheduling(V1Pod pod, JobLimits limits)
    {
        var condition = pod.Status?.Conditions.Each().FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" });
        if (condition is null)
        {
            return null;
        }

        var since = Times.Of(condition.LastTransitionTime) ?? Created(pod);
        return new(FailureReason.Unschedulable, $"no node takes it: {Texts.Shown(condition.Message, 300)}", limits.UnschedulableSeconds == 0 ? null : since.AddSeconds(limits.UnschedulableSeconds));
    }

    private static PodWait? Sandbox(ImmutableArray<JobEvent> events, V1Pod pod)
    {
        var failed = events.FirstOrDefault(e => e.Reason == "FailedCreatePodSandBox" && NoRuntime.Any(n => JobClassifier.Says(e.Message, n)));
        return failed is null || HasBegun(pod) ? null
            : new(FailureReason.RuntimeClassNotFound, $"node {pod.Spec?.NodeName} has no runtime for the class {pod.Spec?.RuntimeClassName}: {Texts.Shown(failed.Message)}", failed.FirstSeen);
    }

    private static PodWait? Container((V1ContainerStatus Status, bool IsInit) container, V1Pod pod, ImmutableArray<JobEvent> events, JobLimits limits)
    {
        var (status, isInit) = container;
        if (status.State?.Waiting is not { Reason: { } reason } waiting)
        {
            return null;
        }

        var told = $"container {status.Name}: {reason}: {Texts.Shown(waiting.Message, 300)}";
        PodWait? wait = reason switch
        {
            "InvalidImageName" => new(FailureReason.InvalidImage, told, Created(pod)),
            "ErrImageNeverPull" => new(FailureReason.ImagePull, $"{told}; the policy is Never, and the node does not have the image", Created(pod)),
            _ when Pulls.Contains(reason) => new(FailureReason.ImagePull, told, Since(events, status.Image, pod).AddSeconds(limits.ImagePullSeconds)),
            "CrashLoopBackOff" => new(FailureReason.InitContainer, told, null),
            _ when !Creations.Contains(reason) => null,
            _ when IsMissingSecret(waiting.Message) => new(FailureReason.SecretNotFound, told, Created(pod)),
            _ => new(isInit ? FailureReason.InitContainer : FailureReason.ContainerCreate, told, Since(events, "Error", pod).AddSeconds(limits.ContainerCreateSeconds)),
        };
        return wait is null ? null : wait with { Container = status.Name };
    }

    // Kubelet: secret "x" not found; couldn't find key x in Secret ns/y; references non-existent secret key: x.
    private static bool IsMissingSecret(string? message) =>
        (JobClassifier.Says(message, "secret \"") && JobClassifier.Says(message, "not found"))
        || (JobClassifier.Says(message, "couldn't find key") && JobClassifier.Says(message, "in Secret"))
        || JobClassifier.Says(message, "non-existent secret key");

    // A container's state has no time: its first failure is that of the first event about it, or not before the pod had a node.
    private static DateTimeOffset Since(ImmutableArray<JobEvent> events, string? about, V1Pod pod) =>
        events.Where(e => e.Reason is "Failed" or "BackOff" && JobClassifier.Says(e.Message, about ?? "")).MinBy(e => e.FirstSeen)?.FirstSeen ?? Scheduled(pod);

    private static DateTimeOffset Scheduled(V1Pod pod) =>
        Times.Of(pod.Status?.Conditions.Each().FirstOrDefault(c => c is { Type: "PodScheduled", Status: "True" })?.LastTransitionTime) ?? Created(pod);

    private static DateTimeOffset Created(V1Pod pod) => Times.Of(pod.Metadata?.CreationTimestamp) ?? DateTimeOffset.UnixEpoch;

    private static IEnumerable<(V1ContainerStatus Status, bool IsInit)> Containers(V1Pod pod) =>
        (pod.Status?.InitContainerStatuses).Each().Select(c => (c, true)).Concat((pod.Status?.ContainerStatuses).Each().Select(c => (c, false)));

    private static bool HasBegun(V1Pod pod) => Containers(pod).Any(c => c.Status.State?.Running is not null || c.Status.State?.Terminated is not null);
}
