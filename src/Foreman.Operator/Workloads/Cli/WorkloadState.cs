using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Everything that is shown of a Workload.</summary>
/// <param name="Workload">As it was last seen.</param>
internal sealed record WorkloadState(Workload Workload)
{
    /// <summary>Its tasks as they were last seen, by name; those that were cleaned up or may not be seen are missing.</summary>
    public ImmutableDictionary<string, AgenticTask> Tasks { get; init; } = ImmutableDictionary<string, AgenticTask>.Empty;

    /// <summary>True when somebody has deleted it before it ended.</summary>
    public bool IsGone { get; init; }

    /// <summary>True when it waits, and no operator has looked at it.</summary>
    public bool IsUnseen { get; init; }

    /// <summary>Why what is shown may be old; null when it is not.</summary>
    public string? Trouble { get; init; }

    public string Name => Workload.Name();

    /// <summary>True when nothing more comes.</summary>
    public bool IsOver => IsGone || HasEnded(Workload);

    /// <summary>The questions that nobody has answered.</summary>
    public IReadOnlyList<WorkloadQuestion> OpenQuestions => IsOver || Workload.Spec.Cancel == true ? [] : WorkloadQuestions.Open(Workload);

    /// <summary>True when nothing goes on before a person answers.</summary>
    public bool IsParked => OpenQuestions.Count > 0 && WorkloadQuestions.AreAllThatIsLeft(Workload);

    /// <summary>True when its steps are those that a planner proposed.</summary>
    public bool IsProposed => Workload.Status?.Pipeline is { Count: > 0 };

    /// <summary>True when the proposed steps wait for a person who looks at them.</summary>
    public bool HoldsPlan => IsProposed && !IsOver && Workload.Spec.Suspend == true;

    /// <summary>The steps as they were decided.</summary>
    public IReadOnlyList<WorkloadStep> Steps => Workload.Status?.Plan ?? [];

    /// <summary>The task of a step; null when there is none to be seen.</summary>
    public AgenticTask? TaskOf(WorkloadStep step) => step.Task is { } name ? Tasks.GetValueOrDefault(name) : null;

    /// <summary>True when a Workload has ended, and its status is about its present spec.</summary>
    public static bool HasEnded(Workload workload) => workload.Status is { } status
        && (status.Phase == WorkloadPhase.Completed || status.Phase == WorkloadPhase.Failed)
        && status.Conditions.IsTrue(ConditionTypes.Completed)
        && (status.ObservedGeneration ?? 0) >= (workload.Metadata.Generation ?? 0);
}
