namespace Foreman.Api;

/// <summary>Agents without a model, which run the gate of a verify task and nothing else.</summary>
public static class GateAgent
{
    /// <summary>The tool that such an Agent lists; no model calls it.</summary>
    public const string Tool = "run_gate_job";

    /// <summary>True for an Agent that names no model server, has no prompt, and whose first tool besides submit_result is <see cref="Tool"/>.</summary>
    /// <param name="spec">The Agent.</param>
    public static bool Is(AgentSpec spec) =>
        spec.Provider != AgentProvider.CloudProxy
        && spec.InferenceServiceRef?.Name is not { Length: > 0 }
        && string.IsNullOrWhiteSpace(spec.SystemPrompt)
        && spec.Tools.FirstOrDefault(t => t != KnownTools.SubmitResult) == Tool;
}
