using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a Workflow.</summary>
public sealed record WorkflowStatus
{
    /// <summary>Phase.</summary>
    public WorkflowPhase? Phase { get; init; }

    /// <summary>The step that is under way or comes next; after the end the last one that was.</summary>
    public string? CurrentStep { get; init; }

    /// <summary>The steps in their order, and what became of each.</summary>
    [Length(Max = WorkflowSpec.MaxSteps)]
    public IReadOnlyList<WorkflowStepStatus>? Steps { get; init; }

    /// <summary>When it began; from then on its steps can't be changed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted and Completed; Suspended where it applies.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>What became of a step of a Workflow.</summary>
public sealed record WorkflowStepStatus
{
    /// <summary>Name of the step.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Name of its task; absent until it is made.</summary>
    public string? Task { get; init; }

    /// <summary>Where it stands.</summary>
    public WorkflowStepPhase Phase { get; init; }

    /// <summary>Outcome of its task.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>What its run said of its end, at most 1024 characters.</summary>
    public string? Summary { get; init; }

    /// <summary>Branch that its task made.</summary>
    public string? Branch { get; init; }

    /// <summary>Commit that its task made.</summary>
    public string? CommitSHA { get; init; }

    /// <summary>What its run gave for later steps, at most 64 KiB for all steps together; absent when outputsRef has it.</summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; init; }

    /// <summary>The ConfigMap that has its outputs, as JSON under the key outputs.json, where they have no room here.</summary>
    public LocalObjectReference? OutputsRef { get; init; }

    /// <summary>When the first attempt of its task was claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its task ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What is waited for, or why it failed or was skipped.</summary>
    public string? Message { get; init; }
}
