namespace Foreman.Api;

/// <summary>Assignment of an attempt.</summary>
/// <param name="Node">FleetNode.</param>
/// <param name="Placement">Where the loop runs: Node, Operator or Job.</param>
/// <param name="Model">The model promised; null when the run needs none.</param>
/// <param name="AgentGeneration">Generation of the Agent; null for the built-in one.</param>
public sealed record TaskAssignment(string Node, Placement Placement, PromisedModel? Model, long? AgentGeneration);
