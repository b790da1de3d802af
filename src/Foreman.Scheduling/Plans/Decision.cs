using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// One decision of the scheduler, in the domain's terms: what shall be true, not how it is written. The family is closed:
/// whoever carries decisions out handles each of its records.
/// </summary>
public abstract record Decision
{
    private protected Decision()
    {
    }

    /// <summary>Event to record once the decision has been written; null for none.</summary>
    public DecisionEvent? Event { get; init; }
}

/// <summary>An event about the object of a decision.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">Message for people.</param>
public sealed record DecisionEvent(bool Warning, string Reason, string Message);

/// <summary>A decision about a task's status.</summary>
public abstract record TaskDecision : Decision
{
    private protected TaskDecision()
    {
    }

    /// <summary>The task as decided upon.</summary>
    public required AgenticTask Task { get; init; }

    /// <summary>The task as it will be read once the decision is written; its conditions are part of the decision.</summary>
    public required AgenticTask After { get; init; }
}

/// <summary>Pending → Scheduled: the task goes to a host.</summary>
public sealed record AssignTask : TaskDecision
{
    /// <summary>Host, placement and model.</summary>
    public required TaskAssignment Assignment { get; init; }
}

/// <summary>Scheduled or Running → Pending: the holder is gone or not wanted any more.</summary>
public sealed record TakeBackTask : TaskDecision
{
    /// <summary>What is recorded of the attempt.</summary>
    public required TaskAttempt Attempt { get; init; }
}

/// <summary>Pending → Failed: no further attempt is made.</summary>
public sealed record CompleteTask : TaskDecision
{
    /// <summary>What is recorded of the task's end.</summary>
    public required TaskCompletion Completion { get; init; }
}

/// <summary>Why a Pending task waits.</summary>
public sealed record ExplainTask : TaskDecision;

/// <summary>The operator's part of a FleetNode's status changes.</summary>
public sealed record ChangeNodeStatus : Decision
{
    /// <summary>The host as decided upon.</summary>
    public required FleetNode Node { get; init; }

    /// <summary>Its status afterwards. Only conditions, phase, usedSlots, currentTask and currentTasks may differ.</summary>
    public required FleetNodeStatus After { get; init; }
}

/// <summary>A task is deleted, with what it owns: only the version that was decided upon.</summary>
public sealed record DeleteTask : Decision
{
    /// <summary>The task, ended.</summary>
    public required AgenticTask Task { get; init; }
}

/// <summary>A FleetNode is deleted, with the Lease that it owns: only the version that was decided upon.</summary>
public sealed record DeleteNode : Decision
{
    /// <summary>The host as decided upon.</summary>
    public required FleetNode Node { get; init; }
}

/// <summary>Nothing is written but the event.</summary>
public sealed record RecordEvent : Decision
{
    /// <summary>What the event is about.</summary>
    public required IKubernetesObject About { get; init; }
}
