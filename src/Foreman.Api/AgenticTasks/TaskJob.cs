using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The Job of a task with placement Job.</summary>
public sealed record TaskJob
{
    /// <summary>A PodTemplateSpec that the pod is made from; a container named task in it is merged with the task's.</summary>
    [PreserveUnknownFields]
    public JsonObject? Template { get; init; }

    /// <summary>Seconds for which an ended Job is kept; less than 60 is 60, so that its end is seen; those of the operator when absent.</summary>
    [RangeMinimum(0)]
    public int? TtlSecondsAfterFinished { get; init; }

    /// <summary>Longest wait of the pod for a node, in seconds; 0 is no limit; that of the operator when absent.</summary>
    [RangeMinimum(0)]
    public int? UnschedulableTimeoutSeconds { get; init; }

    /// <summary>Size of the workspace, as a quantity; that of the operator when absent.</summary>
    public string? WorkspaceSizeLimit { get; init; }
}
