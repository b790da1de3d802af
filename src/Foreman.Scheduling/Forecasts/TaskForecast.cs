using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What becomes of a task as things stand.</summary>
public enum ForecastOutcome
{
    /// <summary>It starts now.</summary>
    Starts,

    /// <summary>It waits for a slot, an earlier task that is there, its files, its quota, the end of a pause, a server that comes up, or whoever suspended it.</summary>
    Waits,

    /// <summary>It never starts unless something is changed: no host can take it, or it ends without a further attempt.</summary>
    Never,
}

/// <summary>What the scheduler would do with one waiting task now.</summary>
/// <param name="Task">The task.</param>
/// <param name="Outcome">Whether it starts.</param>
/// <param name="Reason">Reason of the condition that would be written.</param>
/// <param name="Message">What, where, why and what to do.</param>
public sealed record TaskForecast(AgenticTask Task, ForecastOutcome Outcome, string Reason, string Message)
{
    /// <summary>Its place among the waiting tasks, from 1 on.</summary>
    public int Position { get; init; }

    /// <summary>True when it starts, or when it is for want of a host that it does not.</summary>
    public bool NeedsHost { get; init; }

    /// <summary>The host that it would go to; null unless it starts, and for a task that is a container.</summary>
    public string? Node { get; init; }

    /// <summary>The model that it would be promised; null unless it starts with one.</summary>
    public string? Model { get; init; }
}

/// <summary>What one host says to one task.</summary>
/// <param name="Node">The host.</param>
/// <param name="Rank">Its place among the hosts that take the task now, the best is 1; null when it does not.</param>
/// <param name="Violations">Why it does not take it, what does not pass by itself first; empty when it does.</param>
public sealed record HostForecast(FleetNode Node, int? Rank, IReadOnlyList<ConstraintViolation> Violations)
{
    /// <summary>Its points for the task; null when it does not take it.</summary>
    public HostScore? Score { get; init; }
}
