using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Memory of a host in GiB: what tasks were promised since it told how much there is, which is what they ask for at least, or what a demand asks beyond that.
/// What a run has taken since its claim is among what the host tells after that.
/// </summary>
/// <param name="Ram">RAM.</param>
/// <param name="Accelerator">Memory of accelerators. A task whose model was in memory takes no more of it.</param>
internal readonly record struct PromisedMemory(long Ram, long Accelerator)
{
    // A host writes these figures itself, so that a sum of them must not overflow.
    private const long MostDeviceMB = 1_000_000_000;

    /// <summary>What tasks of a host were promised since it told how much there is.</summary>
    /// <param name="node">The host.</param>
    public static PromisedMemory Of(NodeView node)
    {
        var (ram, accelerator) = (0L, 0L);
        foreach (var task in node.Tasks)
        {
            if (!task.HoldsSlot() || (node.TellsAtOnce && task.IsRunning()) || PromisedSlots.IsTold(task, node.Node.Status?.LastHeartbeatTime) || node.AskedBy(task) is not { } asked)
            {
                continue;
            }

            ram += Math.Max(0, asked.MinRAMGB ?? 0);
            accelerator += asked.MinAcceleratorMemoryGB is > 0 and var memory && !IsLoaded(node.Capability, task.Status.Model?.Name) ? memory : 0;
        }

        return new(ram, accelerator);
    }

    /// <summary>What a demand asks of which too little is left, by what was promised.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">The demand.</param>
    public static PromisedMemory ShortOf(NodeView node, Demand demand)
    {
        var (promised, asked) = (node.Memory, demand.Capability);
        if (promised == default)
        {
            return default;
        }

        var isRamShort = promised.Ram > 0 && asked.MinRAMGB is > 0 and var ram && ram > RamLeft(node);
        var isAcceleratorShort = promised.Accelerator > 0
            && asked.MinAcceleratorMemoryGB is > 0 and var memory
            && memory > AcceleratorLeft(node)
            && !(demand.NeedsNodeModel && ModelChoice.Best(node, demand)?.Loaded == true);
        return new(isRamShort ? asked.MinRAMGB!.Value : 0, isAcceleratorShort ? asked.MinAcceleratorMemoryGB!.Value : 0);
    }

    /// <summary>The RAM of a host that is available and was not promised.</summary>
    /// <param name="node">The host.</param>
    public static long RamLeft(NodeView node) => Math.Max(0, RamOf(node.Capability) - node.Memory.Ram);

    /// <summary>The memory of the healthy accelerators of a host that was not promised.</summary>
    /// <param name="node">The host.</param>
    public static long AcceleratorLeft(NodeView node) => Math.Max(0, AcceleratorOf(node.Capability) - node.Memory.Accelerator);

    /// <summary>The RAM that is available.</summary>
    /// <param name="capability">What the host has.</param>
    public static long RamOf(NodeCapability capability) => capability.AvailableRAMGB ?? capability.TotalRAMGB ?? 0;

    /// <summary>The memory of healthy accelerators.</summary>
    /// <param name="capability">What the host has.</param>
    public static long AcceleratorOf(NodeCapability capability) => (capability.Accelerators ?? []).Where(a => a.Healthy != false).Sum(a => Math.Clamp(a.MemoryTotalMB ?? 0, 0, MostDeviceMB)) / 1024;

    private static bool IsLoaded(NodeCapability capability, string? model) =>
        model is not null && (capability.Models ?? []).Any(m => m.Loaded == true && string.Equals(m.Name, model, StringComparison.Ordinal));
}
