namespace Foreman.Api;

/// <summary>
/// Which Agent does a task or a step: that of <c>agentRef</c>, else that of <c>payload.agent</c>, else the built-in one. Whoever needs its name asks here, so that both
/// fields mean the same everywhere. Pure.
/// </summary>
public static class TaskAgent
{
    /// <summary>Name of the task's Agent; null for the built-in one.</summary>
    public static string? AgentName(this AgenticTask task) => task.Spec.AgentName();

    /// <summary>Name of the task's Agent; null for the built-in one.</summary>
    public static string? AgentName(this AgenticTaskSpec spec) => NameOf(spec.AgentRef, spec.Payload);

    /// <summary>Name of the step's Agent; null when it names none, which steps must not.</summary>
    public static string? AgentName(this PipelineStep step) => NameOf(step.AgentRef, step.Payload);

    /// <summary>Path of the field that names the task's Agent, for messages; that of <c>agentRef</c> when none does.</summary>
    public static string AgentField(this AgenticTaskSpec spec) =>
        spec.AgentRef is not { Name.Length: > 0 } && spec.AgentName() is not null ? "spec.payload.agent" : "spec.agentRef";

    private static string? NameOf(LocalObjectReference? reference, TaskPayload payload) =>
        reference is { Name.Length: > 0 } named ? named.Name
        : payload.Agent is { Length: > 0 } agent ? agent
        : null;
}
