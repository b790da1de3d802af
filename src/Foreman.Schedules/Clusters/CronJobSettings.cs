namespace Foreman.Schedules;

/// <summary>What the CronJobs of schedules run.</summary>
public sealed record CronJobSettings
{
    /// <summary>Whose CronJobs they are, as the value of a label: the namespace of the operator. Those of others are left alone.</summary>
    public required string Owner { get; init; }

    /// <summary>Image with <c>foreman-agent</c>.</summary>
    public required string Image { get; init; }

    /// <summary>When the image is pulled: Always, IfNotPresent or Never.</summary>
    public string PullPolicy { get; init; } = "IfNotPresent";

    /// <summary>ServiceAccount of the pods, in the namespace of each schedule.</summary>
    public string ServiceAccount { get; init; } = "foreman-fire";
}
