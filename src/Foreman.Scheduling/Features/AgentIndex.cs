using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The Agents of one decision, and which of their fields this release can't act on, found once for all of their tasks.</summary>
/// <param name="agents">All Agents.</param>
/// <param name="settings">Those of the scheduler.</param>
internal sealed class AgentIndex(IReadOnlyList<Agent> agents, SchedulerSettings settings)
{
    private readonly Dictionary<ObjectKey, Agent> _byKey = agents.ToDictionary(a => ObjectKey.Of(a));
    private readonly Dictionary<Agent, IReadOnlyList<UnsupportedField>> _unsupported = new(ReferenceEqualityComparer.Instance);

    /// <summary>The Agent of a task; null for the built-in one, or when it does not exist.</summary>
    public Agent? Of(AgenticTask task) =>
        task.AgentName() is { } name ? _byKey.GetValueOrDefault(new ObjectKey(task.Namespace(), name)) : null;

    /// <summary>The unsupported fields of an Agent, with its name before the first; empty when there are none.</summary>
    public IReadOnlyList<UnsupportedField> Unsupported(Agent agent)
    {
        if (!_unsupported.TryGetValue(agent, out var fields))
        {
            _unsupported.Add(agent, fields = FeatureRegistry.InAgent(agent, settings));
        }

        return fields;
    }
}
