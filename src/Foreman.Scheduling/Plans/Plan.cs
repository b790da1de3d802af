namespace Foreman.Scheduling;

/// <summary>What is to be written now, what is to be remembered, and when to decide again at the latest.</summary>
public sealed record Plan
{
    /// <summary>Writes to tasks; at most one per task.</summary>
    public IReadOnlyList<TaskWrite> Tasks { get; init; } = [];

    /// <summary>Writes to other objects.</summary>
    public IReadOnlyList<StatusWrite> Statuses { get; init; } = [];

    /// <summary>For the next decision.</summary>
    public required SchedulerState State { get; init; }

    /// <summary>Uptime at which to decide again even when nothing has changed; null when only a change matters.</summary>
    public TimeSpan? RequeueAt { get; init; }
}
