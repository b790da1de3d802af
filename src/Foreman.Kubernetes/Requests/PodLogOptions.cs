namespace Foreman.Kubernetes;

/// <summary>Which part of a container's log is read (core/v1 PodLogOptions).</summary>
public sealed record PodLogOptions
{
    /// <summary>Name of the container; null when the pod has only one.</summary>
    public string? Container { get; init; }

    /// <summary>True to stay and get what is written from now on, until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>True for the log of the container's run before this one.</summary>
    public bool Previous { get; init; }

    /// <summary>Only what was written in this time up to now; at least a second, rounded up to whole ones.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Only what was written at this time or later. <see cref="Since"/> must be null then.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Only this number of lines from the end; 0 for none, for use with <see cref="Follow"/>.</summary>
    public long? TailLines { get; init; }

    /// <summary>Limit in bytes; the last line may be truncated. At least 1.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>True to have each line begin with the time at which it was written.</summary>
    public bool Timestamps { get; init; }
}
