namespace Foreman.Schedules;

/// <summary>Settings of the kubernetes backend.</summary>
public sealed record KubernetesBackendOptions
{
    /// <summary>Whose schedules are declared in a file, and whose CronJobs are kept: the namespace of the operator.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether models may make and delete schedules; false when not given.</summary>
    public bool AllowDynamic { get; init; }

    /// <summary>What the CronJobs run; null for no CronJobs: runs are begun only while the operator works.</summary>
    public CronJobSettings? CronJobs { get; init; }
}
