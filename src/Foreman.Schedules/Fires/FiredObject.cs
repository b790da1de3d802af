using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>An AgenticTask or Workload that a schedule created, as far as its history goes.</summary>
public sealed record FiredObject
{
    /// <summary>The schedule.</summary>
    public required ObjectKey Schedule { get; init; }

    /// <summary>Name of the object, in the schedule's namespace.</summary>
    public required string Name { get; init; }

    /// <summary>The time of the schedule that it was created for.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Running, Completed or Failed.</summary>
    public required ScheduledRunStatus Status { get; init; }

    /// <summary>True when it ended with what was wanted.</summary>
    public bool EndedWell { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Outcome of an AgenticTask.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Wall-clock seconds from its start to its end.</summary>
    public long? Seconds { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => Status != ScheduledRunStatus.Running;

    /// <summary>What a task tells; null when no schedule created it.</summary>
    /// <param name="task">The task.</param>
    public static FiredObject? Of(AgenticTask task)
    {
        var phase = task.PhaseOrPending();
        return Of(task, phase == TaskPhase.Succeeded ? ScheduledRunStatus.Completed : phase == TaskPhase.Failed ? ScheduledRunStatus.Failed : ScheduledRunStatus.Running) is { } known
            ? known with
            {
                EndedWell = task.SucceededOnTarget() || task.HadNothingToDo(),
                FinishedAt = task.Status.FinishedAt,
                Verdict = task.Status.Verdict,
                Seconds = Between(task.Status.StartedAt, task.Status.FinishedAt),
                Message = phase == TaskPhase.Failed ? task.Status.FailureReason?.ToString() : null,
            }
            : null;
    }

    /// <summary>What a Workload tells; null when no schedule created it.</summary>
    /// <param name="workload">The Workload.</param>
    public static FiredObject? Of(Workload workload)
    {
        var phase = workload.Status?.Phase;
        var end = workload.Status?.Conditions.Find(ConditionTypes.Completed);
        return Of(workload, phase == WorkloadPhase.Completed ? ScheduledRunStatus.Completed : phase == WorkloadPhase.Failed ? ScheduledRunStatus.Failed : ScheduledRunStatus.Running) is { } known
            ? known with
            {
                EndedWell = phase == WorkloadPhase.Completed,
                FinishedAt = end?.LastTransitionTime,
                Seconds = Between(workload.Metadata.CreationTimestamp, end?.LastTransitionTime),
                Message = phase == WorkloadPhase.Failed ? end?.Message : null,
            }
            : null;
    }

    private static FiredObject? Of(IKubernetesObject obj, ScheduledRunStatus status) =>
        obj.GetLabel(Labels.Schedule) is { Length: > 0 } schedule
        && DateTimeOffset.TryParse(obj.GetAnnotation(Labels.ScheduledAt), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new() { Schedule = new(obj.Namespace(), schedule), Name = obj.Name(), ScheduledAt = at, Status = status }
            : null;

    private static long? Between(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } start && to is { } end ? Math.Max(0, (long)Math.Ceiling((end - start).TotalSeconds)) : null;
}
