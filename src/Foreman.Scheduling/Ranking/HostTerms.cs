using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What no task changes of the rank of a host for a demand, as it was read.</summary>
/// <param name="Model">Name of the model that a task of the demand would get; null when it needs none of the host.</param>
/// <param name="IsLoaded">True when that model is in memory.</param>
/// <param name="IdleSlots">Idle slots of the model as the host told them; 0 when it did not.</param>
/// <param name="Speed">Tokens per second; 0 when it is not known.</param>
/// <param name="SpareRam">Available RAM beyond what is asked, in GiB, up to <see cref="RankWeights.MostSpareGB"/>.</param>
/// <param name="SpareAcceleratorMemory">Memory of healthy accelerators beyond what is asked, in the same way; unified memory is RAM.</param>
internal readonly record struct HostTerms(string? Model, bool IsLoaded, int IdleSlots, int Speed, int SpareRam, int SpareAcceleratorMemory)
{
    private const long MostDeviceGB = 1_000_000;

    /// <summary>True when that model takes images, and the demand has none.</summary>
    public bool SeesForNothing { get; init; }

    /// <summary>The terms of a host for a demand.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">The demand.</param>
    public static HostTerms Of(NodeView node, Demand demand)
    {
        var (capability, asked) = (node.Capability, demand.Capability);
        var model = demand.NeedsNodeModel ? ModelChoice.Best(node, demand) : null;
        return new(
            model?.Name,
            model?.Loaded == true,
            Math.Max(0, model?.FreeSlots ?? 0),
            ModelChoice.SpeedOf(capability, model) ?? 0,
            Spare(capability.AvailableRAMGB ?? capability.TotalRAMGB ?? 0, asked.MinRAMGB),
            Spare(AcceleratorMemory(capability), asked.MinAcceleratorMemoryGB))
        {
            SeesForNothing = model?.Vision == true && !demand.NeedsVision,
        };
    }

    /// <summary>The score at this moment; more is better, and it never grows while tasks are assigned.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    /// <param name="weights">What the terms weigh.</param>
    public HostScore ScoreNow(NodeView node, Demand demand, RankWeights weights)
    {
        var idle = Model is null ? 0 : Math.Clamp(IdleSlots - node.Promised.Of(Model), 0, RankWeights.MostIdleModelSlots);
        var isWarm = weights.WarmPrefix > 0 && Model is not null && node.LastRuns.IsOf(Model, LastRuns.AgentOf(demand));
        var spare = (SpareRam / RankWeights.SpareStepGB) + (SpareAcceleratorMemory / RankWeights.SpareStepGB);
        return new(
            IsLoaded,
            node.Slots > 0 ? (long)weights.FreeSlots * Math.Max(0, node.FreeSlots) / node.Slots : 0,
            (long)weights.IdleModelSlot * idle,
            (long)weights.Speed * Math.Min(Speed, RankWeights.MostSpeed),
            isWarm ? weights.WarmPrefix : 0,
            (long)weights.SpareMemory * spare)
        {
            Promised = PromisedOf(node, weights),
            Needed = node.Need?.IsOfOthers(demand) == true ? weights.NeededHost : 0,
            Vision = SeesForNothing ? weights.SpareVision : 0,
        };
    }

    private static long PromisedOf(NodeView node, RankWeights weights)
    {
        var memory = node.Memory;
        return memory == default ? 0
            : Share(memory.Ram, PromisedMemory.RamOf(node.Capability), weights.PromisedMemory) + Share(memory.Accelerator, PromisedMemory.AcceleratorOf(node.Capability), weights.PromisedMemory);
    }

    private static long Share(long promised, long there, int weight) => promised <= 0 ? 0 : promised >= there ? weight : weight * promised / there;

    private static int Spare(long there, int? asked) => (int)Math.Clamp(there - Math.Max(0, asked ?? 0), 0, RankWeights.MostSpareGB);

    // A host writes these figures itself, so that a sum of them must not overflow.
    private static long AcceleratorMemory(NodeCapability capability) =>
        (capability.Accelerators ?? []).Where(a => a.Healthy != false && a.Unified != true).Sum(a => Math.Clamp((a.MemoryTotalMB ?? 0) / 1024, 0, MostDeviceGB));
}

/// <summary>The score of a host by its terms, in points.</summary>
/// <param name="IsLoaded">True when the model is in memory, which comes before all points.</param>
/// <param name="FreeSlots">For free slots of the host.</param>
/// <param name="IdleSlots">For idle slots of the model.</param>
/// <param name="Speed">For its speed.</param>
/// <param name="Warm">For a prompt that may be in its server's cache.</param>
/// <param name="Spare">For memory beyond what is asked; taken off.</param>
public readonly record struct HostScore(bool IsLoaded, long FreeSlots, long IdleSlots, long Speed, long Warm, long Spare)
{
    /// <summary>For memory that tasks were promised since the host told how much there is; taken off.</summary>
    public long Promised { get; init; }

    /// <summary>For a host that other waiting tasks need, as no other one serves them; taken off.</summary>
    public long Needed { get; init; }

    /// <summary>For a model that takes images while the task has none; taken off.</summary>
    public long Vision { get; init; }

    /// <summary>All of them.</summary>
    public long Total => FreeSlots + IdleSlots + Speed + Warm - Spare - Promised - Needed - Vision;
}
