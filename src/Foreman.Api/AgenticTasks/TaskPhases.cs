namespace Foreman.Api;

/// <summary>What the phases and verdicts of a task mean.</summary>
public static class TaskPhases
{
    /// <summary>True once the task has ended: nobody writes its status any more.</summary>
    public static bool IsTerminal(this TaskPhase phase) => phase == TaskPhase.Succeeded || phase == TaskPhase.Failed;

    /// <summary>True once the task has ended.</summary>
    public static bool IsTerminal(this AgenticTask task) => task.PhaseOrPending().IsTerminal();

    /// <summary>Phase of the task; Pending when none was written yet.</summary>
    public static TaskPhase PhaseOrPending(this AgenticTask task) => task.Status.Phase ?? TaskPhase.Pending;

    /// <summary>True when the task ended with the verdict that tasks depending on it wait for.</summary>
    public static bool SucceededOnTarget(this AgenticTask task) =>
        task.PhaseOrPending() == TaskPhase.Succeeded
        && (task.Status.Verdict == Verdict.Go || task.Status.Verdict == Verdict.GatePass);
}
