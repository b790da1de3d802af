using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>How long the parts of a run may take. Pure.</summary>
public static class JobTimes
{
    /// <summary>Seconds between the request to stop and the end by force when the template does not say.</summary>
    internal const int DefaultGraceSeconds = 30;

    /// <summary>Least seconds for which an ended Job is kept: shorter, and it could be gone before anybody has seen how it ended.</summary>
    internal const int LeastKeptSeconds = 60;

    // What the container that reports has after the task.
    private const int ReportSeconds = 10;

    /// <summary>Seconds that the task may run, setup included: those of the task, capped by its Agent and by the configuration.</summary>
    /// <param name="run">The run.</param>
    public static long RunSeconds(JobRun run)
    {
        var seconds = Math.Min(RunTime.TaskSeconds(run.Task.Spec, run.Agent), run.Config.ActiveDeadlineSeconds);
        return run.Agent?.Execution?.ActiveDeadlineSeconds is > 0 and var cap ? Math.Min(seconds, cap) : seconds;
    }

    /// <summary>Seconds of the pod's wait for a node; 0 is no limit.</summary>
    /// <param name="run">The run.</param>
    public static int UnschedulableSeconds(JobRun run) => run.Job?.UnschedulableTimeoutSeconds ?? run.Config.UnschedulableTimeoutSeconds;

    /// <summary>Seconds after which Kubernetes ends the Job or its pod by itself, when nobody else has: those of the wait for a node, of the start and of the run.</summary>
    internal static long BackstopSeconds(JobRun run) => (long)UnschedulableSeconds(run) + run.Config.StartTimeoutSeconds + RunSeconds(run);

    /// <summary>Seconds that the task has after the request to stop.</summary>
    /// <param name="given">What the template says.</param>
    internal static long TaskGraceSeconds(long? given) => given ?? DefaultGraceSeconds;

    /// <summary>Seconds between the request to stop and the end by force: those of the task, of its teardown and of the report.</summary>
    internal static long PodGraceSeconds(JobRun run, long? given) =>
        TaskGraceSeconds(given) + (run.Teardown.Length > 0 ? run.Config.TeardownTimeoutSeconds : 0) + ReportSeconds;

    /// <summary>Seconds for which the ended Job is kept; null for ever.</summary>
    internal static int? KeptSeconds(JobRun run) =>
        run.Config.Cleanup ? Math.Max(LeastKeptSeconds, run.Job?.TtlSecondsAfterFinished ?? run.Config.TtlSecondsAfterFinished) : null;
}
