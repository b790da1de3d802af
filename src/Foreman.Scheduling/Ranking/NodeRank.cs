namespace Foreman.Scheduling;

/// <summary>
/// How good a host is among those that match; the best is the least. A host that left assignments unclaimed goes last; a model in
/// memory beats all the rest; then free slots, idle slots of the model, speed, memory; names at the end, so that the answer never
/// depends on order. While tasks are assigned it only grows, as free slots do not come back.
/// </summary>
/// <param name="Failures">What host and task have against each other.</param>
/// <param name="IsLoaded">True when the model is in memory.</param>
/// <param name="FreeSlots">Free slots of the host.</param>
/// <param name="ModelSlots">Idle slots of the model.</param>
/// <param name="Speed">Tokens per second; 0 when it is not known.</param>
/// <param name="Ram">Available RAM, in GiB.</param>
/// <param name="Name">Name of the host.</param>
internal readonly record struct NodeRank(int Failures, bool IsLoaded, int FreeSlots, int ModelSlots, int Speed, int Ram, string Name) : IComparable<NodeRank>
{
    /// <summary>What no task changes of the rank of a host for a demand: it has neither failures nor free slots.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">The demand.</param>
    public static NodeRank Of(NodeView node, Demand demand)
    {
        var model = demand.NeedsNodeModel ? ModelChoice.Best(node, demand) : null;
        return new(
            0,
            model?.Loaded == true,
            0,
            model?.FreeSlots ?? 0,
            ModelChoice.SpeedOf(node.Capability, model) ?? 0,
            node.Capability.AvailableRAMGB ?? 0,
            node.Name);
    }

    /// <summary>The rank at this moment, whichever task has the demand.</summary>
    /// <param name="node">The host.</param>
    public NodeRank Now(NodeView node) => this with { Failures = node.Probation?.Failures ?? 0, FreeSlots = node.FreeSlots };

    /// <inheritdoc/>
    public int CompareTo(NodeRank other)
    {
        var order = Failures.CompareTo(other.Failures);
        order = order != 0 ? order : other.IsLoaded.CompareTo(IsLoaded);
        order = order != 0 ? order : other.FreeSlots.CompareTo(FreeSlots);
        order = order != 0 ? order : other.ModelSlots.CompareTo(ModelSlots);
        order = order != 0 ? order : other.Speed.CompareTo(Speed);
        order = order != 0 ? order : other.Ram.CompareTo(Ram);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}
