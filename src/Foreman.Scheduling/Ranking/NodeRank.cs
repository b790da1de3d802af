namespace Foreman.Scheduling;

/// <summary>
/// How good a host is among those that match; the best is the least. A host that left assignments unclaimed goes last; a model in
/// memory beats all the rest; then the score by <see cref="RankWeights"/>; names at the end, so that the answer never depends on
/// order. While tasks are assigned it only grows, as neither free slots nor points come back.
/// </summary>
/// <param name="Failures">What host and task have against each other.</param>
/// <param name="IsLoaded">True when the model is in memory.</param>
/// <param name="Score">Points; more are better.</param>
/// <param name="FreeSlots">Free slots of the host when the rank was made: with another number it is out of date.</param>
/// <param name="Name">Name of the host.</param>
internal readonly record struct NodeRank(int Failures, bool IsLoaded, long Score, int FreeSlots, string Name) : IComparable<NodeRank>
{
    /// <summary>The rank at this moment, whichever task has the demand.</summary>
    /// <param name="terms">What no task changes of it.</param>
    /// <param name="node">The host.</param>
    /// <param name="demand">The demand, the same object for all tasks that have it.</param>
    /// <param name="weights">What the terms weigh.</param>
    public static NodeRank Now(HostTerms terms, NodeView node, Demand demand, RankWeights weights) =>
        new(node.Probation?.Failures ?? 0, terms.IsLoaded, terms.ScoreNow(node, demand, weights).Total, node.FreeSlots, node.Name);

    /// <inheritdoc/>
    public int CompareTo(NodeRank other)
    {
        var order = Failures.CompareTo(other.Failures);
        order = order != 0 ? order : other.IsLoaded.CompareTo(IsLoaded);
        order = order != 0 ? order : other.Score.CompareTo(Score);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}
