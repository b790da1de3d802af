namespace Foreman.Scheduling;

/// <summary>What is deleted by itself, and when. Nothing unless a time is given.</summary>
public sealed record CleanUpSettings
{
    /// <summary>How long a task stays after its end; null for ever. More than zero.</summary>
    public TimeSpan? FinishedTasks { get; init; }

    /// <summary>How long a FleetNode stays whose agent was told to stop; null for ever. More than zero.</summary>
    public TimeSpan? LeftNodes { get; init; }

    /// <summary>How long a FleetNode stays whose agent fell silent, or ended without being told to; null for ever. More than zero.</summary>
    public TimeSpan? DeadNodes { get; init; }
}
