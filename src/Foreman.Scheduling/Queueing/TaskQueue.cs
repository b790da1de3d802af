using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Which task goes first: the larger priority, then the older one, then by name.</summary>
internal static class QueueOrder
{
    public static IReadOnlyList<AgenticTask> Sort(IEnumerable<AgenticTask> waiting) =>
    [
        .. waiting
            .OrderByDescending(t => t.Spec.Priority ?? 0)
            .ThenBy(t => t.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue)
            .ThenBy(t => t.Namespace(), StringComparer.Ordinal)
            .ThenBy(t => t.Name(), StringComparer.Ordinal),
    ];
}

/// <summary>Finds tasks by name, and counts those that hold slots by their Agent.</summary>
internal sealed class TaskIndex
{
    private readonly Dictionary<ObjectKey, AgenticTask> _byKey;
    private readonly Dictionary<ObjectKey, int> _active = [];

    public TaskIndex(IReadOnlyList<AgenticTask> tasks)
    {
        All = tasks;
        _byKey = tasks.ToDictionary(t => ObjectKey.Of(t));
        foreach (var task in tasks.Where(t => t.HoldsSlot()))
        {
            Activate(task);
        }
    }

    public IReadOnlyList<AgenticTask> All { get; }

    public AgenticTask? Find(string? space, string name) => _byKey.GetValueOrDefault(new ObjectKey(space, name));

    /// <summary>Counts a task that this decision places.</summary>
    public void Activate(AgenticTask task)
    {
        if (task.AgentName() is { } agent)
        {
            var key = new ObjectKey(task.Namespace(), agent);
            _active[key] = ActiveOf(key) + 1;
        }
    }

    public int ActiveOf(ObjectKey agent) => _active.GetValueOrDefault(agent);
}
