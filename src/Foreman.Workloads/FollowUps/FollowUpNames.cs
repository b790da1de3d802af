using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Names of the steps that revise a pull request. Pure.</summary>
/// <param name="spec">Spec of the Workload.</param>
/// <param name="steps">Names of the plan's steps.</param>
internal sealed class FollowUpNames(WorkloadSpec spec, IReadOnlySet<string> steps)
{
    /// <summary>The ending of the round of the escalation coder.</summary>
    public const string Escalation = "-fesc";

    private const string Mark = "-f";
    private const int MaxStem = 48;

    private bool IsBatch => spec.Pipeline is not { Count: > 0 } && spec.Issues is { Count: > 0 };

    /// <summary>The ending of a round.</summary>
    /// <param name="number">Its number, from 1.</param>
    public static string Ending(int number) => string.Create(CultureInfo.InvariantCulture, $"{Mark}{number}");

    /// <summary>Name of a step in a round.</summary>
    /// <param name="step">The step of which it is a copy.</param>
    /// <param name="ending">The ending of the round.</param>
    public string Of(Step step, string ending)
    {
        var stem = StemOf(step);
        return stem.Length + ending.Length <= StepNames.MaxLength ? stem + ending : string.Create(CultureInfo.InvariantCulture, $"{stem[..MaxStem]}-{HashOf(stem):x8}{ending}");
    }

    /// <summary>True for a name that a step of a round has, whatever step it revises.</summary>
    /// <param name="name">Name of a step.</param>
    public static bool IsRound(string name) => name.LastIndexOf(Mark, StringComparison.Ordinal) is > 0 and var at
        && (name[at..] == Escalation || (int.TryParse(name.AsSpan(at + Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Ending(number) == name[at..]));

    /// <summary>How many tasks the rounds have that were begun, so that nothing else gets their room.</summary>
    /// <param name="spec">Spec of the Workload.</param>
    /// <param name="first">The first steps of the plan.</param>
    /// <param name="results">How a step stands, by name.</param>
    public static int Begun(WorkloadSpec spec, ImmutableArray<Step> first, Func<string, StepResult> results)
    {
        if (spec.FollowUp is null)
        {
            return 0;
        }

        var names = new FollowUpNames(spec, first.Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
        var count = 0;
        foreach (var origin in first.Where(s => !RetryRule.OnlyLooks(s.Kind) && !s.IsPlanning))
        {
            var rounds = IsMade(names.Of(origin, Escalation), results) ? 1 : 0;
            for (var number = 1; IsMade(names.Of(origin, Ending(number)), results); number++)
            {
                rounds++;
            }

            count += rounds == 0 ? 0 : rounds * (1 + first.Count(s => s.Kind == TaskKind.Verify && s.DependsOn.Contains(origin.Name)));
        }

        return count;
    }

    /// <summary>What is wrong with steps that are called as a revision of another one is, where pull requests are followed.</summary>
    /// <param name="spec">Spec of the Workload.</param>
    /// <param name="names">Names of its steps.</param>
    public static IEnumerable<string> Taken(WorkloadSpec spec, IReadOnlySet<string> names) => spec.FollowUp is null ? [] : names
        .Where(n => n.LastIndexOf(Mark, StringComparison.Ordinal) is > 0 and var at && names.Contains(n[..at])
            && (n[at..] == Escalation || int.TryParse(n.AsSpan(at + Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        .Order(StringComparer.Ordinal)
        .Select(n => $"step \"{n}\" has the name that a revision of step \"{n[..n.LastIndexOf(Mark, StringComparison.Ordinal)]}\" gets; call it otherwise");

    /// <summary>True when the task of a step was made.</summary>
    public static bool IsMade(string step, Func<string, StepResult> results) => results(step).State != StepState.Planned;

    // All rounds and escalations of an issue have one pull request each time, and their names say the issue.
    private string StemOf(Step step) =>
        IsBatch && step.Issue is { } issue ? string.Create(CultureInfo.InvariantCulture, $"{(step.Kind == TaskKind.Verify ? "verify" : "code")}-{issue}")
        : StepNames.RetryOf(step.Name) is { } retry && steps.Contains(retry.Step) ? retry.Step
        : step.Name;

    // FNV-1a: names must be the same in every process.
    private static uint HashOf(string text) => text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u));
}
