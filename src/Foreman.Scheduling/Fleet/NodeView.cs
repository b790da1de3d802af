using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One host as one decision sees it; its used slots grow as the decision places tasks.</summary>
internal sealed class NodeView(FleetNode node, NodeLiveness liveness, ObservedLease? lease, NodeProbation? probation)
{
    private readonly List<AgenticTask> _tasks = [];

    public string Name { get; } = node.Name();

    public FleetNode Node { get; } = node;

    public NodeLiveness Liveness { get; } = liveness;

    public ObservedLease? Lease { get; } = lease;

    public NodeProbation? Probation { get; } = probation;

    public NodeCapability Capability { get; } = node.Status?.Capability ?? new();

    /// <summary>How many tasks it runs at once; 1 when it does not say.</summary>
    public int Slots { get; } = node.Status?.Slots ?? 1;

    /// <summary>Tasks that are assigned to it and have not ended, in order of their names.</summary>
    public IReadOnlyList<AgenticTask> Tasks => _tasks;

    public int FreeSlots => Slots - _tasks.Count;

    /// <summary>True when its agent runs no loop and so needs no model.</summary>
    public bool IsStub => Node.GetLabel(Labels.AgentMode) == "stub";

    public void Take(AgenticTask task) => _tasks.Add(task);
}
