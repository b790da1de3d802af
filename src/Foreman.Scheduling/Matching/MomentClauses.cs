namespace Foreman.Scheduling;

/// <summary>
/// The clauses that change while a decision assigns tasks: whether a host takes one more, and whether it takes this one. A host that
/// takes no more stays so until the decision is made, as no slot becomes free within it. All of these pass by themselves.
/// </summary>
internal static class MomentClauses
{
    /// <summary>True when the host takes another task.</summary>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public static bool Takes(NodeView node, TimeSpan uptime) => node.FreeSlots > 0 && !IsOnProbation(node, uptime);

    /// <summary>Every violation, in the order in which one is named.</summary>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="history">What the task has against hosts; null for nothing.</param>
    public static IReadOnlyList<ConstraintViolation> Violations(NodeView node, TimeSpan uptime, TaskHistory? history)
    {
        if (history is null || !history.Excludes(node.Name))
        {
            return node.MomentViolations ??= [.. Probation(node, uptime), .. Slots(node)];
        }

        return [.. Probation(node, uptime), .. history.Violations(node.Name), .. Slots(node)];
    }

    // After a pause the host gets a single assignment to show that it claims again.
    private static bool IsOnProbation(NodeView node, TimeSpan uptime) =>
        node.Probation is { Failures: > 1 } probation && (uptime < probation.Until || node.Tasks.Any(t => t.IsScheduled()));

    private static IEnumerable<ConstraintViolation> Probation(NodeView node, TimeSpan uptime) => IsOnProbation(node, uptime)
        ? [new ConstraintViolation("on probation", $"{node.Probation!.Failures} assignments were left unclaimed", $"look at foreman-agent on {node.Name}") { Temporary = true }]
        : [];

    private static IEnumerable<ConstraintViolation> Slots(NodeView node) => node.FreeSlots > 0 ? [] :
    [
        new ConstraintViolation(
            "with all slots taken",
            $"{node.Tasks.Count} of {node.Slots} in use",
            "wait, raise --max-concurrent-tasks, or add a host")
        { Temporary = true, Gap = 0 },
    ];
}
