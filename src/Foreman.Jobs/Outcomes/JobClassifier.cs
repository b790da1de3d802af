using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>
/// Tells what a Job's and its pods' state and events mean. Pure: no time limit is kept in mind, each is counted from what the objects
/// and events say, so that a restart forgets none.
/// </summary>
public static class JobClassifier
{
    /// <summary>The outcome.</summary>
    /// <param name="observation">What is known. An error of the API is no observation: without a new one the last outcome holds.</param>
    public static JobOutcome Classify(JobObservation observation)
    {
        var pod = Newest(observation.Pods);
        if (pod is not null && PodEnds.Success(pod))
        {
            return Facts(pod) with { State = JobState.Succeeded, ExitCode = 0, Container = TaskParts.Name, MayStillWrite = MayStillWrite(observation) };
        }

        if (IsTrue(observation.Job, "Complete"))
        {
            return Facts(pod) with { State = JobState.Succeeded, ExitCode = 0, MayStillWrite = MayStillWrite(observation) };
        }

        if (Find(observation, pod) is { } finding)
        {
            return Failed(observation, pod, finding);
        }

        var wait = pod is null ? JobRefusals.Wait(observation) : PodWaits.Of(pod, observation);
        return Facts(pod) with
        {
            State = pod?.Status?.Phase == "Running" ? JobState.Running : JobState.Pending,
            Message = wait?.Message ?? "",
            LookAgainAt = Earlier(wait?.Until, pod is null ? null : PodEnds.LostAt(pod)),
            MayStillWrite = pod is not null,
        };
    }

    // The pod knows best; the Job's own conditions and events say what became of a pod that is gone or never was.
    private static Finding? Find(JobObservation observation, V1Pod? pod)
    {
        var conditions = observation.Job?.Status?.Conditions.Each().Where(c => c.Status == "True").ToList() ?? [];
        var failed = conditions.Find(c => c.Type == "Failed") ?? conditions.Find(c => c.Type == "FailureTarget");
        if (pod is not null && (PodEnds.Failure(pod, observation) ?? PodWaits.Passed(pod, observation)) is { } finding)
        {
            return IsStop(finding) && failed is not null && IsDeadline(failed) ? Overdue(failed) with { Container = finding.Container, ExitCode = finding.ExitCode } : finding;
        }

        return observation.Job is null ? new(FailureReason.InfrastructureError, "its Job is gone: somebody deleted it before it had ended")
            : failed is not null ? OfCondition(failed, pod)
            : pod is null ? JobRefusals.Passed(observation)
            : null;
    }

    // While a pod is being stopped its teardown may run, and it has not ended.
    private static Finding? OfCondition(V1JobCondition failed, V1Pod? pod) =>
        failed.Type == "FailureTarget" && pod is not null ? null
        : IsDeadline(failed) ? Overdue(failed)
        : new(FailureReason.InfrastructureError, $"its Job failed ({Texts.Shown(failed.Reason, 80)}: {Texts.Shown(failed.Message)}){(pod is null ? ", and its pod is gone: somebody deleted it, or its node went" : "")}");

    private static Finding Overdue(V1JobCondition failed) => new(FailureReason.Timeout, $"the deadline of its Job passed: {Texts.Shown(failed.Message)}");

    private static bool IsDeadline(V1JobCondition failed) => failed.Reason == "DeadlineExceeded" || Says(failed.Message, "deadline");

    // Asked to stop, or stopped by force: the Job tells why.
    private static bool IsStop(Finding finding) =>
        (finding.Reason == FailureReason.ContainerExit || finding.Reason == FailureReason.InitContainer) && finding.ExitCode is PodEnds.Sigterm or PodEnds.Sigkill;

    private static JobOutcome Failed(JobObservation observation, V1Pod? pod, Finding finding) => Facts(pod) with
    {
        State = JobState.Failed,
        Reason = finding.Reason,
        ExitCode = finding.ExitCode,
        Container = finding.Container,
        IsOwnFault = finding.IsOwnFault,
        MayStillWrite = MayStillWrite(observation),
        Message = pod is null
            ? $"{finding.Reason}: {finding.Message}"
            : $"{finding.Reason}: pod {pod.Metadata?.NamespaceProperty}/{pod.Metadata?.Name}: {finding.Message}",
    };

    // Native sidecars may run on after the task has ended.
    private static bool MayStillWrite(JobObservation observation) => observation.Pods.Any(p => p.Status?.Phase is not ("Succeeded" or "Failed"));

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;

    private static JobOutcome Facts(V1Pod? pod)
    {
        var task = pod?.Status?.ContainerStatuses.Each().FirstOrDefault(c => c.Name == TaskParts.Name)?.State;
        return new()
        {
            State = JobState.Pending,
            Pod = pod?.Metadata?.Name,
            Node = pod?.Spec?.NodeName,
            StartedAt = Times.Of(task?.Running?.StartedAt ?? task?.Terminated?.StartedAt),
            FinishedAt = Times.Of(task?.Terminated?.FinishedAt),
        };
    }

    // Of several, one that is alive, else the one that was made last.
    private static V1Pod? Newest(ImmutableArray<V1Pod> pods) => pods
        .OrderByDescending(p => p.Metadata?.DeletionTimestamp is null)
        .ThenByDescending(p => p.Metadata?.CreationTimestamp)
        .ThenBy(p => p.Metadata?.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    private static bool IsTrue(V1Job? job, string type) => job?.Status?.Conditions.Each().Any(c => c.Type == type && c.Status == "True") == true;

    internal static bool Says(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>Why an attempt fails.</summary>
/// <param name="Reason">Of the closed list.</param>
/// <param name="Message">What happened, and what to do, without the pod.</param>
internal sealed record Finding(FailureReason Reason, string Message)
{
    /// <summary>Name of the container that decided.</summary>
    public string? Container { get; init; }

    /// <summary>Its exit code.</summary>
    public int? ExitCode { get; init; }

    /// <summary>True for an eviction because the task itself used too much.</summary>
    public bool IsOwnFault { get; init; }
}

/// <summary>Times of the models, which are UTC.</summary>
internal static class Times
{
    public static DateTimeOffset? Of(DateTime? time) => time is { } t ? new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)) : null;
}
