using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// The tasks that were made for the same step, one after the other: copy 0 has the step's own name, the others are its retries. A copy knows
/// which copies it followed, so that nothing has to be remembered elsewhere. Pure.
/// </summary>
internal sealed class StepCopies
{
    private readonly Func<string, StepResult> _results;
    private readonly Dictionary<string, (Step Step, int Newest)> _steps;
    private readonly Lazy<StepGraph> _graph;

    /// <param name="steps">The steps, by names of their own.</param>
    /// <param name="results">How a copy stands, by name.</param>
    public StepCopies(ImmutableArray<Step> steps, Func<string, StepResult> results)
    {
        _results = results;
        _graph = new(() => new(steps));
        _steps = steps.ToDictionary(s => s.Name, s => (s, 0), StringComparer.Ordinal);
        foreach (var step in steps)
        {
            _steps[step.Name] = (step, NewestOf(step.Name));
        }
    }

    /// <summary>Number of all retries that were made.</summary>
    public int Retries => _steps.Values.Sum(s => s.Newest);

    /// <summary>True for the name of a step, not of a retry.</summary>
    public bool Has(string step) => _steps.ContainsKey(step);

    /// <summary>Number of the newest copy that was made; 0 as well when none was.</summary>
    public int Number(string step) => _steps[step].Newest;

    /// <summary>Name of the newest copy that was made, or of the one that will be first.</summary>
    public string Newest(string step) => StepNames.Retry(step, Number(step));

    /// <summary>How the newest copy stands.</summary>
    public StepResult Result(string step) => _results(Newest(step));

    /// <summary>True when the task of a copy was made.</summary>
    public bool IsMade(string copy) => _results(copy).State != StepState.Planned;

    /// <summary>The copies of a step that were made before the newest one, oldest first, by name.</summary>
    public IEnumerable<string> Earlier(string step) => Number(step) == 0 ? [] : Enumerable.Range(0, Number(step)).Select(n => StepNames.Retry(step, n));

    /// <summary>All copies of a step up to the newest one, oldest first, by name.</summary>
    public IEnumerable<string> All(string step) => Earlier(step).Append(Newest(step));

    /// <summary>The step of a copy; null for a name that is none's.</summary>
    public Step? Find(string copy) =>
        _steps.TryGetValue(copy, out var own) ? own.Step
        : StepNames.RetryOf(copy) is { } retry && _steps.TryGetValue(retry.Step, out var of) ? of.Step
        : null;

    /// <summary>
    /// The copies that a copy followed, of steps that come before its own: where one was not taken, those that it would have followed. What
    /// nobody recorded followed the first ones.
    /// </summary>
    public ImmutableArray<string> Follows(string copy) =>
        Find(copy) is not { } step ? []
        : _results(copy).Follows is { } recorded ? [.. recorded.Where(r => Find(r) is { } before && IsBefore(before.Name, step))]
        : [.. step.DependsOn.Where(d => Find(d) is not null)];

    /// <summary>The steps that the newest copy of a step followed, each with the number of the newest copy of it that it followed.</summary>
    /// <param name="step">The step, made.</param>
    public IEnumerable<(string Step, int Number)> FollowedBy(string step) => Follows(Newest(step))
        .GroupBy(f => Find(f)!.Name, f => f, StringComparer.Ordinal)
        .Select(g => (g.Key, g.Max(f => f == g.Key ? 0 : StepNames.RetryOf(f)?.Number ?? 0)));

    /// <summary>True for the newest copy of a step.</summary>
    public bool IsNewest(string copy) => Find(copy) is { } step && Newest(step.Name) == copy;

    /// <summary>The copies whose work a copy judges: the nearest ones before it that write, or those of them whose branch it looks at.</summary>
    public IReadOnlyList<string> Judged(string copy)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(Follows(copy));
        while (open.TryDequeue(out var before))
        {
            if (!seen.Add(before) || Find(before) is not { } step)
            {
                continue;
            }

            if (RetryRule.Writes(step.Kind))
            {
                // One that was not taken wrote nothing, and is not begun with again.
                if (IsMade(before))
                {
                    found.Add(before);
                }

                continue;
            }

            foreach (var further in Follows(before))
            {
                open.Enqueue(further);
            }
        }

        var branch = Find(copy)?.Payload.Branch;
        var named = found.Where(f => IsBranchOf(branch, Find(f)!)).ToList();
        return named.Count > 0 ? named : found;
    }

    private static bool IsBranchOf(string? branch, Step writer) => branch is { Length: > 0 }
        && (branch == writer.Payload.Branch || branch.Contains(new StepReference(writer.Name, "branch", "").ToString(), StringComparison.Ordinal));

    private bool IsBefore(string before, Step step) => step.DependsOn.Contains(before) || _graph.Value.Ancestors(step.Name).Contains(before);

    // A step that somebody called like a retry is none.
    private int NewestOf(string step)
    {
        var number = 0;
        while (StepNames.Retry(step, number + 1) is var next && !_steps.ContainsKey(next) && IsMade(next))
        {
            number++;
        }

        return number;
    }
}
