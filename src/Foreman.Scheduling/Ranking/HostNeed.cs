namespace Foreman.Scheduling;

/// <summary>The waiting demands that only one host can serve at the moment at which a decision begins.</summary>
/// <param name="Demand">One of them.</param>
/// <param name="IsOfSeveral">True when there are more.</param>
internal sealed record HostNeed(Demand Demand, bool IsOfSeveral)
{
    /// <summary>True when another demand than this one needs the host.</summary>
    /// <param name="demand">A demand, the same object for all tasks that have it.</param>
    public bool IsOfOthers(Demand demand) => IsOfSeveral || !ReferenceEquals(Demand, demand);

    /// <summary>The hosts that waiting tasks need, by name.</summary>
    /// <param name="waiting">The classes of tasks that wait.</param>
    public static Dictionary<string, HostNeed> Of(IEnumerable<DemandClass> waiting)
    {
        var needs = new Dictionary<string, HostNeed>(StringComparer.Ordinal);
        foreach (var like in waiting)
        {
            if (like.OnlyHost() is { } node)
            {
                var need = new HostNeed(like.Demand, node.Need is not null);
                node.Need = need;
                needs[node.Name] = need;
            }
        }

        return needs;
    }
}
