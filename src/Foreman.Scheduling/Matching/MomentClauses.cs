using System.Globalization;

namespace Foreman.Scheduling;

/// <summary>
/// The clauses that change while a decision assigns tasks: whether a host takes one more, and whether it takes this one. A host that
/// takes no more stays so until the decision is made, as neither a slot nor memory becomes free within it. All of these pass by themselves.
/// </summary>
internal static class MomentClauses
{
    /// <summary>True when the host takes another task, if there is memory for it.</summary>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public static bool Takes(NodeView node, TimeSpan uptime) => node.FreeSlots > 0 && !NodeProbations.Holds(node, uptime);

    /// <summary>True when the host takes another task of a demand.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">What the task asks.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public static bool Takes(NodeView node, Demand demand, TimeSpan uptime) => Takes(node, uptime) && PromisedMemory.ShortOf(node, demand) == default;

    /// <summary>
    /// Every violation, in the order in which one is named. Memory comes first: a host that lacks it for one demand may go on to take tasks of others, and hosts
    /// are counted by the first violation once in a decision.
    /// </summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">What the task asks.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="history">What the task has against hosts; null for nothing.</param>
    public static IReadOnlyList<ConstraintViolation> Violations(NodeView node, Demand demand, TimeSpan uptime, TaskHistory? history)
    {
        var lacking = PromisedMemory.ShortOf(node, demand);
        if (history is not null && history.Excludes(node.Name))
        {
            return [.. Memory(node, lacking, demand.CapabilityPath), .. Probation(node, uptime), .. history.Violations(node.Name), .. Slots(node)];
        }

        if (lacking == default)
        {
            return node.MomentViolations ??= [.. Probation(node, uptime), .. Slots(node)];
        }

        var key = (lacking, demand.CapabilityPath);
        var known = node.ShortViolations ??= [];
        if (!known.TryGetValue(key, out var violations))
        {
            known.Add(key, violations = [.. Memory(node, lacking, demand.CapabilityPath), .. Probation(node, uptime), .. Slots(node)]);
        }

        return violations;
    }

    private static IEnumerable<ConstraintViolation> Probation(NodeView node, TimeSpan uptime) => NodeProbations.Holds(node, uptime)
        ? [new ConstraintViolation("on probation", NodeProbations.Tell(node.Probation!), new MendAgent(node.Name)) { Temporary = true }]
        : [];

    private static IEnumerable<ConstraintViolation> Memory(NodeView node, PromisedMemory lacking, string path)
    {
        if (lacking.Ram > 0)
        {
            yield return Promised("with RAM promised to other tasks", "RAM", lacking.Ram, PromisedMemory.RamLeft(node), new(path, "minRAMGB", Text(PromisedMemory.RamLeft(node))));
        }

        if (lacking.Accelerator > 0)
        {
            var left = PromisedMemory.AcceleratorLeft(node);
            yield return Promised("with accelerator memory promised to other tasks", "accelerator memory", lacking.Accelerator, left, new(path, "minAcceleratorMemoryGB", Text(left)));
        }
    }

    private static ConstraintViolation Promised(string summary, string what, long asked, long left, AskLess less) => new(
        summary,
        string.Create(CultureInfo.InvariantCulture, $"{asked} GiB of {what} asked, {left} left of what it told last"),
        new Either(new Wait("its next heartbeat"), less))
    {
        Temporary = true,
        Gap = Math.Clamp((asked - left) / (double)asked, 0, 1),
    };

    private static string Text(long gigabytes) => gigabytes.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<ConstraintViolation> Slots(NodeView node) => node.FreeSlots > 0 ? [] :
    [
        new ConstraintViolation("with all slots taken", $"{node.Tasks.Count} of {node.Slots} in use", new GetSlot(node.Name)) { Temporary = true, Gap = 0 },
    ];
}
