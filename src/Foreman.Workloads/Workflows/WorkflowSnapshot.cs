using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Everything that one decision about a Workflow looks at.</summary>
/// <param name="Workflow">The Workflow as it is stored, with its UID.</param>
public sealed record WorkflowSnapshot(Workflow Workflow)
{
    /// <summary>The task of the step that is due, owned by the Workflow; null when there is none. One that the status names and that is not here is taken for deleted.</summary>
    public AgenticTask? Task { get; init; }

    /// <summary>The outputs that are stored outside of the status, by step; those of a step that is not here are taken for deleted, or still to be stored.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> StoredOutputs
    {
        get => field ?? ImmutableDictionary<string, IReadOnlyDictionary<string, string>>.Empty;
        init;
    }

    /// <summary>Those of <see cref="DueStep.Sources"/> that are not there any more.</summary>
    public IReadOnlySet<string> GoneSources { get => field ?? ImmutableHashSet<string>.Empty; init; }

    /// <summary>What keeps the next write about the step that is due; null for nothing.</summary>
    public WorkflowObstacle? Obstacle { get; init; }
}

/// <summary>What keeps a write.</summary>
/// <param name="Message">A sentence.</param>
/// <param name="IsFinal">True when the same write would be refused for ever; false when it is tried again.</param>
public sealed record WorkflowObstacle(string Message, bool IsFinal);

/// <summary>The step that is under way, or the next one to begin.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Task">Name of its task, whether that is there or not.</param>
/// <param name="IsMade">True when the status says that its task was made.</param>
/// <param name="Sources">Names of the tasks of earlier steps that it takes files from.</param>
public sealed record DueStep(string Step, string Task, bool IsMade, ImmutableArray<string> Sources);
