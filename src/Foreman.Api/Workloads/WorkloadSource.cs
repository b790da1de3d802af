using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Issues of a forge that a Workload takes in by itself.</summary>
public sealed record WorkloadSource
{
    /// <summary>Open issues of spec.repo with this label are taken in.</summary>
    [Required]
    [Length(Min = 1, Max = 50)]
    public string Label { get => field ?? ""; init; }

    /// <summary>Who works on issues that have a further label; the first lane whose label an issue has is taken. An issue of no lane is for the Agents of the spec.</summary>
    [Length(Max = 16)]
    public IReadOnlyList<SourceLane>? Lanes { get; init; }

    /// <summary>Most issues that are worked on at the same time; 10 when absent.</summary>
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public int? MaxInProgress { get; init; }
}

/// <summary>Who works on issues with a label.</summary>
public sealed record SourceLane
{
    /// <summary>Label that issues of this lane have besides that of the source.</summary>
    [Required]
    [Length(Min = 1, Max = 50)]
    public string Label { get => field ?? ""; init; }

    /// <summary>Agent that writes; that of the spec when absent.</summary>
    public LocalObjectReference? CoderAgentRef { get; init; }

    /// <summary>Agent that writes when the first one fails; that of the spec when absent.</summary>
    public LocalObjectReference? EscalationCoderAgentRef { get; init; }

    /// <summary>Agents that review; those of the spec when absent.</summary>
    [Length(Max = 16)]
    public IReadOnlyList<LocalObjectReference>? ReviewerAgentRefs { get; init; }

    /// <summary>Most issues of this lane that are worked on at the same time; no limit but that of the source when absent.</summary>
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public int? MaxInProgress { get; init; }
}

/// <summary>What a Workload has taken in.</summary>
public sealed record WorkloadIntake
{
    /// <summary>Issues that are worked on now.</summary>
    public int? InProgress { get; init; }

    /// <summary>Open issues with the label that wait for room.</summary>
    public int? Waiting { get; init; }

    /// <summary>Issues whose Workload completed.</summary>
    public int? Completed { get; init; }

    /// <summary>Issues whose Workload failed.</summary>
    public int? Failed { get; init; }

    /// <summary>UIDs of Workloads that ended, stand in the counts and are not deleted yet.</summary>
    public IReadOnlyList<string>? Counted { get; init; }

    /// <summary>Open issues with the label that are not taken, those with the smallest numbers first; at most 50.</summary>
    public IReadOnlyList<SkippedIssue>? Skipped { get; init; }
}

/// <summary>An issue that is not taken in.</summary>
public sealed record SkippedIssue
{
    /// <summary>Its number.</summary>
    public long Issue { get; init; }

    /// <summary>Why, for people.</summary>
    public string Reason { get => field ?? ""; init; }
}
