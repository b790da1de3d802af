using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>An Agent runs at most so many tasks at once as it says.</summary>
internal static class ConcurrencyGate
{
    public static PendingReason? Check(Agent? agent, TaskIndex index) =>
        agent?.Spec.MaxConcurrentTasks is { } limit && index.ActiveOf(ObjectKey.Of(agent)) >= limit
            ? new PendingReason(
                Reasons.ConcurrencyLimit,
                $"Agent \"{agent.Name()}\" runs as many tasks as its spec.maxConcurrentTasks allows ({limit}); this one follows when one of them ends.")
            : null;
}
