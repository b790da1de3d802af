using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Why no host takes a task: how many fail which clause (the counts add up to the size of the fleet), which host is
/// nearest, and what would let it match.
/// </summary>
internal static class Explanation
{
    private sealed record Mismatch(NodeView Node, IReadOnlyList<ConstraintViolation> Violations);

    public static PendingReason Explain(IReadOnlyList<NodeView> fleet, Func<NodeView, MatchContext> contextOf)
    {
        if (fleet.Count == 0)
        {
            return new PendingReason(Reasons.NoMatchingNode, "0 of 0 nodes match: no host has registered. Start foreman-agent on a host.");
        }

        var nodes = fleet.Select(n => new Mismatch(n, Clauses.Violations(contextOf(n)))).Where(n => n.Violations.Count > 0).ToArray();
        return new PendingReason(
            Reason(nodes),
            string.Create(CultureInfo.InvariantCulture, $"0 of {fleet.Count} nodes match: {Counts(nodes)}. {Nearest(nodes)}"));
    }

    private static string Reason(Mismatch[] nodes) =>
        nodes.Any(n => n.Violations.All(v => v.Temporary))
            ? Reasons.WaitingForCapacity
            : nodes.FirstOrDefault(n => n.Violations.All(v => v.Temporary || v.Reason is not null))?
                .Violations.First(v => v.Reason is not null).Reason ?? Reasons.NoMatchingNode;

    private static string Counts(IEnumerable<Mismatch> nodes) => string.Join(", ", nodes
        .GroupBy(n => n.Violations[0].Summary)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    private static string Nearest(IEnumerable<Mismatch> nodes)
    {
        var nearest = nodes
            .OrderBy(n => n.Violations.Count(v => !v.Temporary))
            .ThenBy(n => n.Violations.Count)
            .ThenBy(n => n.Violations.Sum(v => v.Gap))
            .ThenBy(n => n.Node.Name, StringComparer.Ordinal)
            .First();
        var first = nearest.Violations[0];
        var more = nearest.Violations.Count == 1
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {nearest.Violations.Count - 1} more");
        return $"Nearest is {nearest.Node.Name}: {first.Detail}{more}. To let it match: {first.Fix}.";
    }
}
