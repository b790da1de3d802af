using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>A task of a simulation.</summary>
/// <param name="At">When it is created, from the start of the simulation.</param>
/// <param name="Task">The task; its status plays no part unless it runs already.</param>
/// <param name="Runs">How long it runs, at the speed of <paramref name="Speed"/>.</param>
/// <param name="Speed">Tokens per second of the model that was measured; null when that is not known, so that it runs as long on every host.</param>
/// <param name="QueuedAt">From when on it queues, from the start of the simulation, also before it; null for when it is created. Its annotation plays no part.</param>
public sealed record SimulatedTask(TimeSpan At, AgenticTask Task, TimeSpan Runs, double? Speed = null, TimeSpan? QueuedAt = null)
{
    /// <summary>The host that it already runs on when it comes, with what its status says of placement and model; null for a task that waits.</summary>
    public string? RunsOn { get; init; }
}

/// <summary>A fleet and what is asked of it.</summary>
public sealed record SimulationInput
{
    /// <summary>The hosts, as agents register them. One whose condition Ready is there and not True takes no part.</summary>
    public required IReadOnlyList<FleetNode> Nodes { get; init; }

    /// <summary>The tasks; names are unique within a namespace. A task that is depended on and not among them counts as one that has succeeded before.</summary>
    public required IReadOnlyList<SimulatedTask> Tasks { get; init; }

    /// <summary>The Agents.</summary>
    public IReadOnlyList<Agent> Agents { get; init; } = [];

    /// <summary>InferenceServices of the cluster.</summary>
    public IReadOnlyDictionary<ObjectKey, InferenceEndpoint> InferenceServices { get; init; } = ImmutableDictionary<ObjectKey, InferenceEndpoint>.Empty;

    /// <summary>The operator's settings.</summary>
    public SchedulerSettings Settings { get; init; } = new();

    /// <summary>How long a host takes to load a model whose <c>loaded</c> is false; others of the same server that no run uses leave the memory.</summary>
    public TimeSpan ModelLoad { get; init; }

    /// <summary>Time of day of the start.</summary>
    public DateTimeOffset Start { get; init; } = DateTimeOffset.UnixEpoch;
}

/// <summary>A run of a simulation; times count from its start.</summary>
/// <param name="Task">The task.</param>
/// <param name="ArrivedAt">When it was created.</param>
/// <param name="StartedAt">When it was assigned.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Node">The host.</param>
/// <param name="LoadedModel">True when its model was loaded for it.</param>
public sealed record SimulatedRun(AgenticTask Task, TimeSpan ArrivedAt, TimeSpan StartedAt, TimeSpan EndedAt, string Node, bool LoadedModel)
{
    /// <summary>When it could have started: on arrival, or at the end of the last task that it depends on.</summary>
    public TimeSpan ReadyAt { get; init; } = ArrivedAt;

    /// <summary>How long it waited for a host.</summary>
    public TimeSpan Wait => StartedAt - ReadyAt;
}

/// <summary>What came of a simulation.</summary>
/// <param name="Runs">The runs, in the order in which they ended.</param>
/// <param name="NotRun">The tasks that never ran, with why.</param>
public sealed record SimulationResult(IReadOnlyList<SimulatedRun> Runs, IReadOnlyList<TaskForecast> NotRun);

/// <summary>A simulation takes longer, in virtual time, than <see cref="FleetSimulation.Longest"/>.</summary>
/// <param name="message">Which task does.</param>
public sealed class SimulationTooLongException(string message) : Exception(message);
