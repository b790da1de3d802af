using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Why no host takes a task: how many miss by which clause (the counts add up to the size of the fleet),
/// which host is nearest, and what would let it match.
/// </summary>
internal static class Explanation
{
    private sealed record NodeMisses(NodeView Node, IReadOnlyList<ConstraintViolation> Misses);

    public static PendingReason Explain(IReadOnlyList<NodeView> fleet, Func<NodeView, MatchContext> contextOf)
    {
        if (fleet.Count == 0)
        {
            return new PendingReason(Reasons.NoMatchingNode, "0 of 0 nodes match: no host has registered. Start foreman-agent on a host.");
        }

        var nodes = fleet.Select(n => new NodeMisses(n, Clauses.Misses(contextOf(n)))).Where(n => n.Misses.Count > 0).ToArray();
        var waits = nodes.Any(n => n.Misses.All(m => m.Temporary));
        var unreachable = !waits && nodes.Any(n => n.Misses.All(m => m.Temporary || m.Summary == EndpointClause.Summary));
        return new PendingReason(
            waits ? Reasons.WaitingForCapacity : unreachable ? Reasons.EndpointNotReachable : Reasons.NoMatchingNode,
            string.Create(CultureInfo.InvariantCulture, $"0 of {fleet.Count} nodes match: {Counts(nodes)}. {Nearest(nodes)}"));
    }

    private static string Counts(IEnumerable<NodeMisses> nodes) => string.Join(", ", nodes
        .GroupBy(n => n.Misses[0].Summary)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    private static string Nearest(IEnumerable<NodeMisses> nodes)
    {
        var nearest = nodes
            .OrderBy(n => n.Misses.Count(m => !m.Temporary))
            .ThenBy(n => n.Misses.Count)
            .ThenBy(n => n.Misses.Sum(m => m.Gap))
            .ThenBy(n => n.Node.Name, StringComparer.Ordinal)
            .First();
        var first = nearest.Misses[0];
        var more = nearest.Misses.Count == 1
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {nearest.Misses.Count - 1} more");
        return $"Nearest is {nearest.Node.Name}: {first.Detail}{more}. To let it match: {first.Fix}.";
    }
}
