using System.Collections.Immutable;
using Foreman.Api;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>How many tasks a Workload may have (<c>spec.maxTasks</c>, <c>spec.budget.tasks</c>), told by issue and by task. Pure.</summary>
/// <param name="max">The most; null for no limit.</param>
/// <param name="field">The field that says so.</param>
internal sealed class TaskCap(int? max, string field)
{
    // The status lists all of them, and an object of the API holds 1.5 MiB.
    private const int MaxTasks = 1000;

    /// <summary>The cap of a spec: the smaller one of two, and never more than an object of the API can tell of.</summary>
    public static TaskCap Of(WorkloadSpec spec)
    {
        var most = spec.MaxTasks is > 0 and var tasks ? tasks : int.MaxValue;
        return spec.Budget?.Tasks is { } budget && budget < Math.Min(most, MaxTasks) ? new(budget, "spec.budget.tasks")
            : most <= MaxTasks ? new(most, "spec.maxTasks")
            : new(MaxTasks, "the most that a Workload has");
    }

    /// <summary>True when so many tasks are not too many.</summary>
    public bool HasRoom(int tasks) => max is null || tasks <= max;

    /// <summary>The steps as far as they may be, in their order, and what was cut off.</summary>
    public (ImmutableArray<Step> Kept, (string Reason, string Message)? Truncated) Clip(ImmutableArray<Step> steps)
    {
        if (HasRoom(steps.Length))
        {
            return (steps, null);
        }

        // What a kept step needs and is cut off would never come.
        var kept = steps[..max!.Value];
        while (true)
        {
            var names = kept.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            var closed = kept.RemoveAll(s => s.DependsOn.Any(d => !names.Contains(d)));
            if (closed.Length == kept.Length)
            {
                return (kept, (Reasons.MaxTasksCap, Message(steps, kept)));
            }

            kept = closed;
        }
    }

    /// <summary>Message that there is no room for more steps.</summary>
    public string NoRoom(int made, IEnumerable<Step> steps, string what) => Text(
        $"{field} {max}: with {made} tasks there is no room for {what} ({string.Join(", ", steps.Select(s => s.Name).Take(20))}); raise it to have them.");

    private string Message(ImmutableArray<Step> all, ImmutableArray<Step> kept)
    {
        var made = kept.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var byTask = Text($"{field} {max}: {kept.Length} of {all.Length} tasks are made.");
        var issues = all.Where(s => s.Issue is not null).GroupBy(s => s.Issue!.Value).ToArray();
        if (issues.Length == 0)
        {
            return $"{byTask} Left out: {Names(all.Where(s => !made.Contains(s.Name)))}.";
        }

        var whole = issues.Where(i => i.All(s => made.Contains(s.Name))).Select(i => i.Key).ToArray();
        var part = issues.Where(i => i.Any(s => made.Contains(s.Name)) && !i.All(s => made.Contains(s.Name))).ToArray();
        var none = issues.Where(i => !i.Any(s => made.Contains(s.Name))).Select(i => i.Key).ToArray();
        return byTask
            + (whole.Length > 0 ? $" Whole: issues {Numbers(whole)}." : "")
            + string.Concat(part.Select(i => Text($" In part: issue {i.Key}, without {Names(i.Where(s => !made.Contains(s.Name)))}.")))
            + (none.Length > 0 ? $" Not begun: issues {Numbers(none)}." : "");
    }

    private static string Names(IEnumerable<Step> steps)
    {
        var names = steps.Select(s => s.Name).ToArray();
        return string.Join(", ", names.Take(20)) + (names.Length > 20 ? ", …" : "");
    }

    private static string Numbers(int[] issues) => string.Join(", ", issues.Take(50)) + (issues.Length > 50 ? ", …" : "");
}
