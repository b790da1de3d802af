using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The placements that runs can have, in the order in which <c>Auto</c> asks them.</summary>
public sealed class PlacementRegistry
{
    /// <summary>Makes a registry.</summary>
    /// <param name="rules">One per placement; the first that <c>Auto</c> means is chosen.</param>
    /// <exception cref="ArgumentException">A placement is there twice.</exception>
    public PlacementRegistry(params IEnumerable<IPlacementRules> rules)
    {
        Rules = [.. rules];
        if (Rules.CountBy(r => r.Placement).FirstOrDefault(c => c.Value > 1) is { Value: > 1 } twice)
        {
            throw new ArgumentException($"the placement {twice.Key} is registered {twice.Value} times", nameof(rules));
        }
    }

    /// <summary>The placements of this release: the operator has a backend for each, and commands decide by them.</summary>
    public static PlacementRegistry Default { get; } = new(JobPlacement.Instance, OperatorPlacement.Instance, NodePlacement.Instance);

    /// <summary>The rules, in the order in which <c>Auto</c> asks them.</summary>
    public IReadOnlyList<IPlacementRules> Rules { get; }

    /// <summary>Where runs can take place, for messages: <c>in a Job or on a Node or in the Operator</c>.</summary>
    public string Where => string.Join(" or ", Rules.OrderBy(r => r.Placement.Value, StringComparer.Ordinal).Select(r => r.Where));

    /// <summary>The rules of a placement; null when this release has no backend for it.</summary>
    public IPlacementRules? Find(Placement? placement) => Rules.FirstOrDefault(r => r.Placement == placement);

    /// <summary>What <c>Auto</c> means when no earlier placement says that it is meant; null for an empty registry.</summary>
    internal Placement? Last => Rules is [.., var last] ? last.Placement : null;

    /// <summary>The rules by which tasks that are a container run; null when none of these placements makes Jobs.</summary>
    internal IPlacementRules? OfContainers => Rules.FirstOrDefault(r => r.RunsInJob);

    /// <summary>The machine that an attempt lived by.</summary>
    internal string HostOf(TaskAttempt attempt) => Find(attempt.Placement)?.HostOf(attempt) ?? attempt.Node ?? "";

    /// <summary>The placement of a task with a host: the one that is asked for, else the first that <c>Auto</c> means; null for none.</summary>
    internal IPlacementRules? Choose(Demand demand, NodeView node) =>
        demand.Placement is { } asked
            ? Find(asked)
            : Rules.FirstOrDefault(r => r.IsAutomaticFor(demand, node));

    /// <summary>Why no placement serves a task with a host; null when one does.</summary>
    internal ConstraintViolation? Check(Demand demand, NodeView node) => Choose(demand, node) is { } rules
        ? rules.Check(demand, node)
        : new ConstraintViolation(
            "without a placement for the task",
            $"{demand.Placement?.Value ?? Placement.Auto.Value} asked",
            new AskPlacement($"one that runs {Where}"));

    /// <summary>All that <see cref="Check"/> looks at of a demand, but for detail and step of its answer.</summary>
    internal object? PartOf(Demand demand)
    {
        object? part = demand.Placement;
        foreach (var rules in Rules)
        {
            part = (part, rules.PartOf(demand));
        }

        return part;
    }
}
