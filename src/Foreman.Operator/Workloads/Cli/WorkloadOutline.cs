using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Operator.Live;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Steps that were added together.</summary>
/// <param name="Title">What for: <c>revision 1</c>, <c>another coder</c>, <c>further reviews</c>; empty for the first ones.</param>
/// <param name="Steps">The steps.</param>
internal sealed record OutlineRound(string Title, ImmutableArray<WorkloadStep> Steps);

/// <summary>What of a Workload belongs together: an issue, or all of a pipeline.</summary>
/// <param name="Issue">Number of the issue; null for a pipeline or a plan.</param>
/// <param name="Rounds">Its steps.</param>
internal sealed record OutlineGroup(int? Issue, ImmutableArray<OutlineRound> Rounds)
{
    private const int ShownSha = 10;

    /// <summary>The steps that decide what comes of it.</summary>
    public IEnumerable<WorkloadStep> Counting => Rounds.SelectMany(r => r.Steps).Where(s => s.Superseded != true && s.State != StepState.NotTaken);

    /// <summary>True when no task of it was made.</summary>
    public bool IsPlanned => Rounds.All(r => r.Steps.All(s => s.Task is null && !StepText.HasEnded(s)));

    /// <summary>True once nothing more comes of it.</summary>
    public bool HasEnded => Counting.All(StepText.HasEnded);

    /// <summary>Where it stands, in a word or two.</summary>
    public string State =>
        IsPlanned ? "planned"
        : Counting.Any(s => s.State == StepState.Running) ? "running"
        : !HasEnded ? "waiting"
        : Counting.Any(s => s.State == StepState.Failed) ? "failed"
        : Counting.Any(s => s.State == StepState.Incomplete) ? "not done"
        : Counting.Any(s => s.State == StepState.AlreadyResolved) ? "already resolved"
        : "done";

    /// <summary>How it looks.</summary>
    public LineLook Look => State switch
    {
        "done" or "already resolved" => LineLook.Good,
        "failed" or "not done" => LineLook.Bad,
        "running" => LineLook.Part,
        _ => LineLook.Plain,
    };

    /// <summary>The pull request of its last step that has one, else the branch; null for neither.</summary>
    public string? Result
    {
        get
        {
            var steps = Rounds.SelectMany(r => r.Steps).Where(s => s.Superseded != true).Reverse().ToArray();
            return steps.Select(s => s.PullRequest).FirstOrDefault(p => p is { Length: > 0 })
                ?? (steps.FirstOrDefault(s => s.Branch is { Length: > 0 }) is { } made
                    ? $"branch {made.Branch}{(made.CommitSHA is { Length: >= ShownSha } sha ? $" at {sha[..ShownSha]}" : "")}"
                    : null);
        }
    }
}

/// <summary>The steps of a Workload as they belong together. Pure.</summary>
internal static partial class WorkloadOutline
{
    /// <summary>The groups, in the order of the plan.</summary>
    public static ImmutableArray<OutlineGroup> Of(Workload workload)
    {
        var steps = workload.Status?.Plan ?? [];
        return workload.Spec.Pipeline is { Count: > 0 } || workload.Status?.Pipeline is { Count: > 0 }
            ? steps.Count == 0 ? [] : [new(null, [new("", [.. steps])])]
            : [.. steps.GroupBy(s => s.Issue).Select(g => new OutlineGroup(g.Key, [.. g.GroupBy(s => TitleOf(s.Name)).Select(r => new OutlineRound(r.Key, [.. r]))]))];
    }

    // The engine names the steps of an issue so, and their retries with -t behind it; one that is left of an earlier spec may be named otherwise.
    private static string TitleOf(string step) =>
        step.StartsWith("escalate-", StringComparison.Ordinal) ? "further reviews"
        : Names().Match(step) is not { Success: true } match ? ""
        : match.Groups["esc"].Success ? "another coder"
        : match.Groups["round"] is { Success: true, Value: var round } ? $"revision {round}"
        : "";

    [GeneratedRegex("^(?:code|verify|review)-[0-9]+(?:(?<esc>-esc)(?:-[0-9]+)?|(?:-[0-9]+)?(?:-r(?<round>[0-9]+))?)(?:-t[0-9]+)?\\z")]
    private static partial Regex Names();
}
