using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Jobs;
using Foreman.Scheduling;
using k8s.Models;

namespace Foreman.Operator.Backends;

/// <summary>What the state of a Job means for its task, and what becomes of the Job. Pure.</summary>
internal static class JobVerdict
{
    /// <summary>How long a pod that has started may take to claim its task.</summary>
    public static TimeSpan ClaimTime { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long after the end of its pod a task may still be read without the result that the pod wrote.</summary>
    public static TimeSpan ResultTime { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the pod of a task that ended by itself may take to end too, and the Job of a pod that has ended.</summary>
    public static TimeSpan LeaveTime { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the container that reports may take after the task's own has ended.</summary>
    public static TimeSpan ReportTime { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Why the attempt is taken back; null while it goes on.</summary>
    /// <param name="run">The run of the task, Scheduled or Running.</param>
    /// <param name="outcome">What its Job's state means.</param>
    /// <param name="now">The time.</param>
    public static TakeBackReason? End(JobRun run, JobOutcome outcome, DateTimeOffset now)
    {
        if (LookAgainAt(run, outcome) is { } due && now < due)
        {
            return null;
        }

        var (task, pod) = (run.Task, $"pod {run.Task.Metadata.NamespaceProperty}/{outcome.Pod}");
        return outcome.State switch
        {
            JobState.Failed => new(outcome.Attempt ?? AttemptOutcome.Failed, ReasonOf(task, outcome).Value, outcome.Message) { ExitCode = outcome.ExitCode },
            JobState.Succeeded when IsContainer(task) => new(AttemptOutcome.Succeeded, Reasons.Succeeded, $"{pod} ended with exit code 0") { ExitCode = 0 },
            JobState.Succeeded => new(AttemptOutcome.Lost, Reasons.HolderLost, $"{pod} ended with exit code 0 and left no result"),
            JobState.Running when IsUnclaimed(task, outcome) => new(
                AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"{pod} runs and did not claim the task within {ClaimTime.TotalSeconds:0} s; its log says why"),
            JobState.Running when IsContainer(task) && outcome.StartedAt is not null => new(
                AttemptOutcome.Failed, FailureReason.Timeout.Value, $"{pod} ran for more than {JobTimes.RunSeconds(run)} s (spec.timeoutSeconds, and what caps it)"),
            _ => null,
        };
    }

    /// <summary>When to look again although nothing changes, by what is said here; null for never.</summary>
    /// <param name="run">The run of the task, Scheduled or Running.</param>
    /// <param name="outcome">What its Job's state means.</param>
    public static DateTimeOffset? LookAgainAt(JobRun run, JobOutcome outcome) => outcome.State switch
    {
        JobState.Failed or JobState.Succeeded => outcome.FinishedAt + (IsContainer(run.Task) && outcome.MayStillWrite ? ReportTime : ResultTime),
        _ when IsUnclaimed(run.Task, outcome) => outcome.StartedAt + ClaimTime,
        JobState.Running when IsContainer(run.Task) => outcome.StartedAt + TimeSpan.FromSeconds(JobTimes.RunSeconds(run)),
        _ => null,
    };

    /// <summary>Why a task that is a container is ended for its own spec; null while it goes on. A run of the loop obeys by itself.</summary>
    /// <param name="task">The task, Scheduled or Running.</param>
    public static TakeBackReason? Unwanted(AgenticTask task) =>
        !IsContainer(task) ? null
        : task.Spec.Cancel == true ? new(AttemptOutcome.Failed, FailureReason.Cancelled.Value, "spec.cancel was set")
        : task.Spec.Suspend == true ? new(AttemptOutcome.Preempted, Reasons.Suspended, "spec.suspend was set")
        : null;

    /// <summary>What becomes of the Job of an attempt that its task has left.</summary>
    /// <param name="attempt">The attempt, left.</param>
    /// <param name="job">The Job; null when there is none.</param>
    /// <param name="pods">Its pods.</param>
    /// <param name="config">The operator's configuration.</param>
    /// <param name="now">The time.</param>
    public static JobFate FateOf(JobAttempt attempt, V1Job? job, ImmutableArray<V1Pod> pods, JobsConfig config, DateTimeOffset now) =>
        job is null ? JobFate.Gone
        : StateOf(job) is { } state ? (JobRetention.DeletesAtOnce(config, state) ? JobFate.Deleted : JobFate.Kept)
        : (attempt.EndedByItself || pods.Any(p => p.Status?.Phase is "Succeeded" or "Failed")) && now < attempt.LeftAt + LeaveTime ? JobFate.Awaited
        : JobFate.Deleted;

    // That our own program breaks off is no fault of the task.
    private static FailureReason ReasonOf(AgenticTask task, JobOutcome outcome) =>
        outcome.Reason is not { } reason || (reason == FailureReason.ContainerExit && !IsContainer(task)) ? FailureReason.InfrastructureError : reason;

    private static bool IsContainer(AgenticTask task) => task.Spec.Container is not null;

    private static bool IsUnclaimed(AgenticTask task, JobOutcome outcome) => task.PhaseOrPending() == TaskPhase.Scheduled && outcome.StartedAt is not null;

    // How the cluster has ended it; null while it has not.
    private static JobState? StateOf(V1Job job)
    {
        var ended = job.Status?.Conditions?.FirstOrDefault(c => c is { Status: "True", Type: "Complete" or "Failed" });
        return ended is null ? null : ended.Type == "Complete" ? JobState.Succeeded : JobState.Failed;
    }
}

/// <summary>What becomes of the Job of an attempt that its task has left.</summary>
internal enum JobFate
{
    /// <summary>There is none.</summary>
    Gone,

    /// <summary>It is kept for its time to live.</summary>
    Kept,

    /// <summary>It is about to end by itself.</summary>
    Awaited,

    /// <summary>It is deleted, with its pod.</summary>
    Deleted,
}
