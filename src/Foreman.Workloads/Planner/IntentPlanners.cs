using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Who plans a Workload that has only an intent, and what that needs. Pure.</summary>
public static class IntentPlanners
{
    /// <summary>Most characters of an intent that a planner is shown.</summary>
    public const int MaxIntent = 16384;

    /// <summary>Least tasks of such a Workload: all questions to its planner, and a step.</summary>
    public const int MinTasks = PlannedIntent.MaxAsks + 1;

    /// <summary>The Agents that may be asked: one is asked, several are not told apart, and without one the built-in Agent plans with the model.</summary>
    /// <param name="agents">The Agents of the namespace.</param>
    /// <param name="model">The Workload's <c>plannerModel</c>; null or empty for any.</param>
    public static IEnumerable<Agent> Of(IEnumerable<Agent> agents, string? model) => agents
        .Where(a => a.Spec.Role == AgentRole.Planner)
        .Where(a => string.IsNullOrEmpty(model) || a.Spec.Model is null or "" || a.Spec.Model == model);

    /// <summary>True when a plan may give steps to an Agent.</summary>
    public static bool MayWork(Agent agent) => agent.Spec.Role != AgentRole.Planner && PlanSchema.Kinds.Any(k => AgentFit.Does(agent, k));
}
