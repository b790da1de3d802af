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

    /// <summary>How long it has run when it comes; zero for a task that waits. It counts for quotas with the rest of its run.</summary>
    public TimeSpan HasRun { get; init; }

    /// <summary>Tokens that its run uses; they count when it ends, whatever its budget says.</summary>
    public RunTokens Tokens { get; init; }
}

/// <summary>Tokens that a run uses of models.</summary>
/// <param name="All">Sent to models and made by them; not negative.</param>
/// <param name="Cached">Those of them that a model's cache had, at most all: they count for quotas and not for shares.</param>
public readonly record struct RunTokens(long All, long Cached)
{
    /// <summary>What the ended attempts of a task used together.</summary>
    /// <param name="task">The task.</param>
    public static RunTokens Of(AgenticTask task) => Of(UsualUse.SpentBy(task));

    /// <summary>Those of a use.</summary>
    /// <param name="use">The use.</param>
    internal static RunTokens Of(SlotUse use) => new(use.Tokens, use.Tokens - use.FreshTokens);

    /// <summary>As an attempt tells them.</summary>
    internal Usage ToUsage() => new() { PromptTokens = All, CachedTokens = Cached };
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

    /// <summary>Weights and quotas of namespaces, queues and roles.</summary>
    public QuotaSet Quotas { get; init; } = QuotaSet.None;

    /// <summary>Tasks with attempts that ended before the start: what those used counts for weights and quotas. Of a task that has not ended, what its attempts used is read and nothing else.</summary>
    public IReadOnlyList<AgenticTask> Ended { get; init; } = [];

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

    /// <summary>For how much of that its quota was the reason.</summary>
    public TimeSpan QuotaWait { get; init; }
}

/// <summary>What came of a simulation.</summary>
/// <param name="Runs">The runs, in the order in which they ended.</param>
/// <param name="NotRun">The tasks that never ran, with why.</param>
public sealed record SimulationResult(IReadOnlyList<SimulatedRun> Runs, IReadOnlyList<TaskForecast> NotRun);

/// <summary>A simulation takes longer, in virtual time, than <see cref="FleetSimulation.Longest"/>.</summary>
/// <param name="message">Which task does.</param>
public sealed class SimulationTooLongException(string message) : Exception(message);
