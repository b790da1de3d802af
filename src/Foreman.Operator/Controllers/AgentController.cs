using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Controllers;

/// <summary>Keeps the condition Validated of Agents.</summary>
internal sealed class AgentController(SchedulerSettings settings) : IEntityController<Agent>
{
    /// <inheritdoc/>
    public Task<ReconcileResult> ReconcileAsync(ReconcileContext<Agent> context, CancellationToken cancellationToken) => StatusReport.WriteAsync(
        context.Entity is { } agent ? Decide(agent, settings, context.Time.GetUtcNow()) : null, context, cancellationToken);

    /// <summary>Null when the status says so already.</summary>
    internal static StatusReport? Decide(Agent agent, SchedulerSettings settings, DateTimeOffset now)
    {
        var (reason, message) = AgentValidation.Validate(agent, settings);
        var isValid = reason == Reasons.ConfigComplete;
        var before = agent.Status?.Conditions;
        var condition = new V1Condition
        {
            Type = ConditionTypes.Validated,
            Status = isValid ? Conditions.True : Conditions.False,
            Reason = reason,
            Message = message,
            ObservedGeneration = agent.Metadata.Generation,
        };
        var conditions = before.Set(condition, now);
        if (ReferenceEquals(conditions, before) && agent.Status?.ObservedGeneration == agent.Metadata.Generation)
        {
            return null;
        }

        return new StatusReport(
            new() { ["observedGeneration"] = agent.Metadata.Generation, ["conditions"] = StatusReport.ToJson(conditions) },
            isValid || before.Find(ConditionTypes.Validated)?.Reason == reason ? null : (reason, message));
    }
}
