namespace Foreman.Scheduling;

/// <summary>
/// What the terms of a host's score weigh, in points; the host with most points is best. None is negative: what a task takes of a host
/// never gives it points. Whether a host failed before, and whether the model is in memory, come before all points.
/// </summary>
public sealed record RankWeights
{
    /// <summary>More idle slots of a model than these count for no more.</summary>
    public const int MostIdleModelSlots = 4;

    /// <summary>More tokens per second than these count for no more.</summary>
    public const int MostSpeed = 200;

    /// <summary>More spare memory than this counts for no more, in GiB; that of the host and that of its accelerators each.</summary>
    public const int MostSpareGB = 256;

    /// <summary>Spare memory counts in steps of so many GiB.</summary>
    public const int SpareStepGB = 4;

    /// <summary>A host with all of its slots free; one with half of them free has half.</summary>
    public int FreeSlots { get; init; } = 1000;

    /// <summary>Each idle slot of the model, less those promised since the host told how many there are; up to <see cref="MostIdleModelSlots"/>.</summary>
    public int IdleModelSlot { get; init; } = 50;

    /// <summary>Each token per second of the model; up to <see cref="MostSpeed"/>.</summary>
    public int Speed { get; init; } = 5;

    /// <summary>The newest run of the model on the host is of the same Agent, so that its server may have the prompt in its cache.</summary>
    public int WarmPrefix { get; init; } = 150;

    /// <summary>Each <see cref="SpareStepGB"/> GiB of memory beyond what is asked, of the host and of its accelerators; taken off. Up to <see cref="MostSpareGB"/> of each.</summary>
    public int SpareMemory { get; init; } = 1;

    /// <summary>A host that tasks of other demands wait for as no other one serves them now; taken off.</summary>
    public int NeededHost { get; init; } = 400;

    /// <summary>A host of which all available RAM was promised since it told how much there is, half of it has half; taken off. The memory of accelerators likewise.</summary>
    public int PromisedMemory { get; init; } = 200;

    /// <summary>A model that takes images while the task has none; taken off.</summary>
    public int SpareVision { get; init; } = 100;
}
