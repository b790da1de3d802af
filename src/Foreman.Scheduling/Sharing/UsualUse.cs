using System.Collections.Frozen;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>What tasks usually use: the median of the ended ones of the same namespace, Agent and kind.</summary>
internal sealed class UsualUse
{
    private readonly FrozenDictionary<(string Namespace, string Agent, TaskKind Kind), SlotUse> _medians;
    private readonly SlotUse _unknown;

    /// <param name="tasks">All tasks.</param>
    /// <param name="settings">What is taken for a task of which nothing is known.</param>
    public UsualUse(IEnumerable<AgenticTask> tasks, FairShareSettings settings)
    {
        _unknown = new((long)settings.UnknownRun.TotalSeconds, 0, 0);
        _medians = tasks
            .Where(t => t.IsTerminal())
            .Select(t => (Key: KeyOf(t), Use: SpentBy(t)))
            .Where(t => t.Use is { Seconds: > 0 } or { Tokens: > 0 })
            .GroupBy(t => t.Key, t => t.Use)
            .ToFrozenDictionary(g => g.Key, g => new SlotUse(Median(g.Select(u => u.Seconds)), Median(g.Select(u => u.Tokens)), Median(g.Select(u => u.FreshTokens))));
    }

    /// <summary>What the ended attempts of a task used together.</summary>
    /// <param name="task">The task.</param>
    public static SlotUse SpentBy(AgenticTask task) => SlotUse.Ended(task).Aggregate(default(SlotUse), static (sum, a) => sum.Plus(a.Use));

    /// <summary>What a task is taken to use in all, whatever its budget.</summary>
    /// <param name="task">The task.</param>
    public SlotUse Usual(AgenticTask task) => _medians.GetValueOrDefault(KeyOf(task), _unknown);

    /// <summary>What a task is taken to need, within what its <c>spec.budget</c> leaves.</summary>
    /// <param name="task">The task.</param>
    public SlotUse Expected(AgenticTask task)
    {
        var usual = Usual(task);
        if (task.Spec.Budget is not { } budget)
        {
            return usual;
        }

        var spent = SpentBy(task);
        var tokens = budget.Tokens is { } most ? Math.Max(0, most - spent.Tokens) : long.MaxValue;
        return new(
            budget.Seconds is { } longest ? Math.Min(usual.Seconds, Math.Max(0, longest - spent.Seconds)) : usual.Seconds,
            Math.Min(usual.Tokens, tokens),
            Math.Min(usual.FreshTokens, tokens));
    }

    private static (string Namespace, string Agent, TaskKind Kind) KeyOf(AgenticTask task) => (task.Namespace() ?? "", task.AgentName() ?? "", task.Spec.Kind);

    // Of an even number of them the larger one in the middle: what is set aside should suffice.
    private static long Median(IEnumerable<long> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
