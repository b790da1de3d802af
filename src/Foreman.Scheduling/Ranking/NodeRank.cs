using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Which of the matching hosts is best. A host that left assignments unclaimed goes last; a model in memory beats all the
/// rest; then free slots, idle slots of the model, speed, memory; names at the end, so that the answer never depends on order.
/// </summary>
internal static class NodeRank
{
    public static NodeView? Best(IEnumerable<NodeView> matching, Demand demand) =>
        matching.Select(n => (Node: n, Model: demand.NeedsNodeModel ? ModelChoice.Best(n.Capability, demand) : null))
            .OrderBy(c => Failed(c.Node, demand.Task))
            .ThenByDescending(c => c.Model?.Loaded == true)
            .ThenByDescending(c => c.Node.FreeSlots)
            .ThenByDescending(c => c.Model?.FreeSlots ?? 0)
            .ThenByDescending(c => ModelChoice.SpeedOf(c.Node.Capability, c.Model) ?? 0)
            .ThenByDescending(c => c.Node.Capability.AvailableRAMGB ?? 0)
            .ThenBy(c => c.Node.Name, StringComparer.Ordinal)
            .Select(c => c.Node)
            .FirstOrDefault();

    // A task that was lost or failed on a host tries the others first.
    private static int Failed(NodeView node, AgenticTask task) =>
        (node.Probation?.Failures ?? 0) + task.Status.Attempts.Count(a =>
            a.Node == node.Name && (a.IsLoss() || a.IsFailure() || a.Outcome == AttemptOutcome.Declined));
}
