using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// What is to be done about a Workload, in this order: make tasks, change tasks, write the status, tell events, change what forges have. Each may be
/// the last that happens: the next decision goes on from what is stored.
/// </summary>
public sealed record WorkloadDecision
{
    /// <summary>Nothing is to be done.</summary>
    public static WorkloadDecision Nothing { get; } = new();

    /// <summary>Tasks to make, those of the longest path first.</summary>
    public ImmutableArray<AgenticTask> Creates { get; init; } = [];

    /// <summary>Changes of tasks.</summary>
    public ImmutableArray<ChildChange> Changes { get; init; } = [];

    /// <summary>The status to write; null when it is right.</summary>
    public WorkloadStatus? Status { get; init; }

    /// <summary>After what time another decision is due although nothing has changed, at most an hour; null for none.</summary>
    public TimeSpan? Again { get; init; }

    /// <summary>Events about the Workload, to be told after the status is written.</summary>
    public ImmutableArray<WorkloadEvent> Events { get; init; } = [];

    /// <summary>Changes of what forges have; decided again until the forge shows them.</summary>
    public ImmutableArray<ForgeChange> ForgeChanges { get; init; } = [];
}

/// <summary>An event about a Workload.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">For people.</param>
public sealed record WorkloadEvent(bool Warning, string Reason, string Message);

/// <summary>A change of the spec of a task that has not ended. The family is closed.</summary>
public abstract record ChildChange
{
    private protected ChildChange()
    {
    }

    /// <summary>The task as it was when this was decided.</summary>
    public required AgenticTask Task { get; init; }
}

/// <summary>What a task waited for has come: its suspension ends, in the same write that fills it in.</summary>
public sealed record ReleaseChild : ChildChange
{
    /// <summary>The payload to set; null when it stays.</summary>
    public TaskPayload? Payload { get; init; }

    /// <summary>The budget to set; null when it stays.</summary>
    public TaskBudget? Budget { get; init; }
}

/// <summary>The task waits no more for tasks that had succeeded and are gone: the scheduler would wait for them for ever.</summary>
public sealed record ForgetUpstream : ChildChange
{
    /// <summary>Names of the tasks that it still follows; empty for none.</summary>
    public required ImmutableArray<string> DependsOn { get; init; }
}

/// <summary>The Workload is suspended, or not any more.</summary>
public sealed record SuspendChild : ChildChange
{
    /// <summary>False resumes it.</summary>
    public required bool Suspended { get; init; }
}

/// <summary>The task is of no use any more.</summary>
public sealed record CancelChild : ChildChange
{
    /// <summary>Why, as a sentence that is kept with the task; null when the Workload itself is cancelled.</summary>
    public string? Because { get; init; }

    /// <summary>True when a task that it follows had nothing to do and is gone, so that it is to end as Skipped, not as cancelled.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>The annotation that keeps <see cref="Because"/>.</summary>
    public string Annotation => IsSkipped ? Labels.SkippedBecause : Labels.CancelledBecause;
}
