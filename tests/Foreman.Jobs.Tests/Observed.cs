using System.Collections.Immutable;
using k8s.Models;

namespace Foreman.Jobs.Tests;

/// <summary>Jobs, pods and events as a cluster reports them.</summary>
internal static class Observed
{
    public const string JobUid = "job-uid";
    public const string PodUid = "pod-uid";

    public static V1Job Job(string? condition = null, string reason = "", string message = "") => new()
    {
        Metadata = new() { Name = "fm-1-1", NamespaceProperty = "team", Uid = JobUid },
        Status = new() { Conditions = condition is null ? null : [new() { Type = condition, Status = "True", Reason = reason, Message = message }] },
    };

    /// <summary>A pod of the containers of a task, made and taken by a node a minute before now.</summary>
    public static V1Pod Pod(string phase, params V1ContainerStatus[] containers) => new()
    {
        Metadata = new() { Name = "fm-1-1-abcde", NamespaceProperty = "team", Uid = PodUid, CreationTimestamp = Ago(60) },
        Spec = new() { NodeName = "node-1", Containers = [.. containers.Where(c => c.Name is not ("setup" or "runner")).Select(c => new V1Container { Name = c.Name })] },
        Status = new()
        {
            Phase = phase,
            Conditions = [new() { Type = "PodScheduled", Status = "True", LastTransitionTime = Ago(60) }],
            ContainerStatuses = [.. containers.Where(c => c.Name is not ("setup" or "runner"))],
            InitContainerStatuses = [.. containers.Where(c => c.Name is "setup" or "runner")],
        },
    };

    /// <summary>A failed pod of which a node or a controller tells why.</summary>
    public static V1Pod Failed(string? reason, string? message = null, string? disruption = null, int code = 143)
    {
        var pod = Pod("Failed", Ended("task", code));
        pod.Status.Reason = reason;
        pod.Status.Message = message;
        if (disruption is not null)
        {
            pod.Status.Conditions.Add(new() { Type = "DisruptionTarget", Status = "True", Reason = disruption, Message = "told by its condition" });
        }

        return pod;
    }

    public static V1ContainerStatus Ended(string name, int code, string reason = "Error", string? message = null, int? signal = null) => new()
    {
        Name = name,
        State = new() { Terminated = new() { ExitCode = code, Signal = signal, Reason = reason, Message = message, StartedAt = Ago(50), FinishedAt = Ago(10) } },
    };

    public static V1ContainerStatus Runs(string name = "task") => new() { Name = name, State = new() { Running = new() { StartedAt = Ago(50) } } };

    public static V1ContainerStatus Waits(string reason, string message = "", string name = "task") =>
        new() { Name = name, Image = "example.com/coder:2", State = new() { Waiting = new() { Reason = reason, Message = message } } };

    public static JobEvent Event(string reason, string message, int secondsAgo, string about = PodUid) => new(about, reason, message, Given.Now.AddSeconds(-secondsAgo));

    public static JobOutcome Classify(V1Pod? pod, params JobEvent[] events) => Classify(Job(), pod, events);

    public static JobOutcome Classify(V1Job? job, V1Pod? pod, params JobEvent[] events) =>
        JobClassifier.Classify(Of(pod, events) with { Job = job });

    public static JobObservation Of(V1Pod? pod, params JobEvent[] events) =>
        new() { Job = Job(), Pods = pod is null ? [] : [pod], Events = events.ToImmutableArray(), Now = Given.Now };

    public static DateTime Ago(int seconds) => Given.Now.UtcDateTime.AddSeconds(-seconds);
}
