using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Whether an Agent can be used.</summary>
public static class AgentValidation
{
    /// <summary>Reason and message of the condition Validated.</summary>
    /// <param name="agent">The Agent.</param>
    /// <param name="settings">What this operator allows and can do.</param>
    public static (string Reason, string Message) Validate(Agent agent, SchedulerSettings settings)
    {
        if (FeatureRegistry.InAgent(agent, settings) is { Count: > 0 } fields)
        {
            return (Reasons.Unsupported, FeatureRegistry.Message(fields));
        }

        if (string.IsNullOrWhiteSpace(agent.Spec.SystemPrompt) && DeterministicAgent.KindOf(agent.Spec) is null)
        {
            return (Reasons.NoSystemPrompt, "spec.systemPrompt is empty; say what the Agent is and how it works.");
        }

        return agent.Spec.Role == AgentRole.Reviewer && !agent.Spec.Tools.Contains("fetch_issue", StringComparer.Ordinal)
            ? (Reasons.MissingRoleTools, "spec.tools: an Agent of role reviewer needs fetch_issue.")
            : (Reasons.ConfigComplete, "The Agent can be used.");
    }
}
