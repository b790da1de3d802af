using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Scheduling;

/// <summary>The condition Validated of an Agent.</summary>
internal static class AgentStatusProjection
{
    public static StatusWrite? Write(Agent agent, ProjectionInput view)
    {
        var (reason, message) = Validate(agent, view.Snapshot.Settings);
        var valid = reason == Reasons.ConfigComplete;
        var conditions = agent.Status?.Conditions.Set(Condition(agent, valid, reason, message), view.Now)
            ?? Array.Empty<V1Condition>().Set(Condition(agent, valid, reason, message), view.Now);
        if (ReferenceEquals(conditions, agent.Status?.Conditions) && agent.Status?.ObservedGeneration == agent.Metadata.Generation)
        {
            return null;
        }

        var changes = new JsonObject
        {
            ["observedGeneration"] = agent.Metadata.Generation,
            ["conditions"] = JsonSerializer.SerializeToNode(conditions, KubernetesJson.Default.IReadOnlyListV1Condition),
        };
        var before = agent.Status?.Conditions.Find(ConditionTypes.Validated);
        return new StatusWrite(
            agent, changes, valid || before?.Reason == reason ? null : new PlannedEvent(Warning: true, reason, message));
    }

    /// <summary>Reason and message of the condition.</summary>
    public static (string Reason, string Message) Validate(Agent agent, SchedulerSettings settings)
    {
        if (Unsupported.InAgent(agent, settings) is { } field)
        {
            return (Reasons.Unsupported, $"{field.Path}: {field.Why}.");
        }

        if (string.IsNullOrWhiteSpace(agent.Spec.SystemPrompt))
        {
            return (Reasons.NoSystemPrompt, "spec.systemPrompt is empty; say what the Agent is and how it works.");
        }

        return agent.Spec.Role == AgentRole.Reviewer && !agent.Spec.Tools.Contains("fetch_issue", StringComparer.Ordinal)
            ? (Reasons.MissingRoleTools, "spec.tools: an Agent of role reviewer needs fetch_issue.")
            : (Reasons.ConfigComplete, "The Agent can be used.");
    }

    private static V1Condition Condition(Agent agent, bool valid, string reason, string message) => new()
    {
        Type = ConditionTypes.Validated,
        Status = valid ? Conditions.True : Conditions.False,
        Reason = reason,
        Message = message,
        ObservedGeneration = agent.Metadata.Generation,
    };
}
