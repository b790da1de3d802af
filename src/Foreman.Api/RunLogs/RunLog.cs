using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A segment of the transcript of a run. Segments are written once and never changed.</summary>
[CustomResource(ShortNames = ["rl"], HasStatus = false)]
[PrinterColumn("Task", "string", ".spec.taskRef.name")]
[PrinterColumn("Attempt", "integer", ".spec.attempt")]
[PrinterColumn("Seq", "integer", ".spec.seq")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record RunLog : IResource<RunLog>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "RunLog", "runlogs", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<RunLog> TypeInfo => ApiJson.Default.RunLog;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<RunLog>> ListTypeInfo => ApiJson.Default.ResourceListRunLog;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    public RunLogSpec Spec { get => field ?? new(); init; }
}

/// <summary>A segment of a transcript.</summary>
public sealed record RunLogSpec
{
    /// <summary>The task.</summary>
    [Required]
    public RunLogTask TaskRef { get => field ?? new(); init; }

    /// <summary>The attempt.</summary>
    [Required]
    [RangeMinimum(1)]
    public long Attempt { get; init; }

    /// <summary>Index of the segment in the attempt, from 0.</summary>
    [Required]
    [RangeMinimum(0)]
    public int Seq { get; init; }

    /// <summary>Holder that wrote it.</summary>
    [Required]
    public string Writer { get => field ?? ""; init; }

    /// <summary>FleetNode whose agent wrote it; absent for runs with placement Operator or Job. Admission policies hold a host to its own name here.</summary>
    [Length(Max = 253)]
    public string? Node { get; init; }

    /// <summary>Encoding of data: jsonl, or gzip+base64 of it.</summary>
    [Required]
    public string Codec { get => field ?? ""; init; }

    /// <summary>Encoded records; at most 256 KiB.</summary>
    [Required]
    [Length(Max = 262144)]
    public string Data { get => field ?? ""; init; }
}

/// <summary>A task, by name and UID.</summary>
public sealed record RunLogTask
{
    /// <summary>Name of the task.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>UID of the task.</summary>
    [Required]
    public string Uid { get => field ?? ""; init; }
}

/// <summary>Tells segments of an attempt from what others stored in their place.</summary>
public static class RunLogWriters
{
    /// <summary>
    /// True when the segment can be of whoever held the attempt: the same holder, and the host that the attempt ran on, or none where it ran
    /// on no host. Where the place is not known, the holder alone counts.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="task">Its task.</param>
    /// <param name="holder">Who held the attempt.</param>
    public static bool IsOf(this RunLogSpec segment, AgenticTask task, string holder)
    {
        if (!Holder.SameHost(segment.Writer, holder))
        {
            return false;
        }

        var (ran, placement) = task.Status.Attempts.LastOrDefault(a => a.Attempt == segment.Attempt) is { } ended
            ? (ended.Node, ended.Placement)
            : segment.Attempt == task.Status.Attempt ? (task.Status.AssignedNode, task.Status.Placement) : (null, null);
        return segment.Node is { } node
            ? placement is null or { IsOnHost: true } && (ran is null || ran == node)
            : placement is not { IsOnHost: true };
    }
}
