using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Short ways to what decisions ask of a task.</summary>
internal static class TaskStates
{
    public static bool IsPending(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Pending;

    public static bool IsScheduled(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Scheduled;

    public static bool IsRunning(this AgenticTask task) => task.PhaseOrPending() == TaskPhase.Running;

    /// <summary>True when the task takes one of its host's slots.</summary>
    public static bool HoldsSlot(this AgenticTask task) =>
        task.Status.AssignedNode is not null && (task.IsScheduled() || task.IsRunning());

    public static TaskAttempt? LastAttempt(this AgenticTask task) => task.Status.Attempts is [.., var last] ? last : null;

    /// <summary>Name of the task's Agent; null for the built-in one.</summary>
    public static string? AgentName(this AgenticTask task) =>
        task.Spec.AgentRef is { Name.Length: > 0 } reference ? reference.Name : null;
}
