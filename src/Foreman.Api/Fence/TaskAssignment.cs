namespace Foreman.Api;

/// <summary>Assignment of an attempt.</summary>
/// <param name="Node">FleetNode.</param>
/// <param name="Placement">Where the loop runs: Node, Operator or Job.</param>
/// <param name="Model">The model promised; null when the run needs none.</param>
/// <param name="AgentGeneration">Generation of the Agent; null for the built-in one.</param>
public sealed record TaskAssignment(string Node, Placement Placement, PromisedModel? Model, long? AgentGeneration)
{
    /// <summary>True when a Job is made of the attempt: its name is recorded with the assignment.</summary>
    public bool RunsInJob { get; init; }

    /// <summary>Name of the Job of the attempt that begins with this assignment; null when none is made.</summary>
    /// <param name="task">The task as last read, Pending.</param>
    public string? JobNameOf(AgenticTask task) => RunsInJob ? JobNames.Of(task.Metadata.Uid ?? "", task.Status.Attempt + 1) : null;
}
