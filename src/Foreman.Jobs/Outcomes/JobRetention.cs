namespace Foreman.Jobs;

/// <summary>
/// What becomes of an ended Job. Pure. A Job that has failed here and not in the cluster, as one whose pod is refused or whose image does
/// not come, has no time to live yet and may still get a pod: who decides so ends it.
/// </summary>
public static class JobRetention
{
    /// <summary>True when the Job is deleted at once, with its pod; else its time to live decides, or nothing where it has none.</summary>
    /// <param name="config">The operator's configuration.</param>
    /// <param name="state">How the Job ended.</param>
    public static bool DeletesAtOnce(JobsConfig config, JobState state) =>
        config.Cleanup && (state == JobState.Succeeded || (state == JobState.Failed && !config.PreserveFailedJobs));
}
