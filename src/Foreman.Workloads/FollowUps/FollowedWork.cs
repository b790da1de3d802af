using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>A pull request, and the steps whose work it is. All of them have ended on target.</summary>
/// <param name="Url">Where people read it.</param>
/// <param name="Origin">The step whose work it holds: one that writes, or one without a model that joined others.</param>
/// <param name="Checks">The verify steps that follow it directly, and no other work.</param>
internal sealed record FollowedWork(string Url, Step Origin, ImmutableArray<Step> Checks)
{
    /// <summary>
    /// The pull requests that counting steps opened, in the order of the steps, once the work and what judges it have ended on target and
    /// every other step that <c>dependsOn</c> connects with it has ended.
    /// </summary>
    /// <param name="steps">All steps of a plan.</param>
    /// <param name="results">How a step stands, by name.</param>
    public static ImmutableArray<FollowedWork> Of(ImmutableArray<Step> steps, Func<string, StepResult> results)
    {
        var openers = steps.Where(s => !s.IsSuperseded && !s.IsPlanning && results(s.Name) is { IsOnTarget: true, PullRequest: not null }).ToArray();
        if (openers.Length == 0)
        {
            return [];
        }

        var counting = steps.Where(s => !s.IsSuperseded).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var followers = counting.Values.SelectMany(s => s.DependsOn.Select(d => (Before: d, Step: s))).ToLookup(f => f.Before, f => f.Step, StringComparer.Ordinal);
        var found = new List<FollowedWork>();
        foreach (var opener in openers)
        {
            var origin = OriginOf(opener, counting, results);
            var judges = JudgesOf(origin, followers);
            if (results(origin.Name).IsOnTarget
                && judges.All(j => results(j.Name).IsOnTarget || IsNeverTaken(j, counting, results))
                && Connected(origin, counting, followers).All(s => results(s.Name).HasEnded || IsNeverTaken(s, counting, results)))
            {
                found.Add(new(
                    results(opener.Name).PullRequest!, origin,
                    [.. judges.Where(s => s.Kind == TaskKind.Verify && s.DependsOn.Contains(origin.Name) && results(s.Name).IsOnTarget && OriginOf(s, counting, results).Name == origin.Name)]));
            }
        }

        // The last of several steps on one branch is the one whose work stands there.
        return [.. found.GroupBy(f => f.Origin.Name, StringComparer.Ordinal).Select(g => g.Last()).GroupBy(f => f.Url, StringComparer.Ordinal).Select(g => g.Last())];
    }

    // What looks at work is about the nearest work before it; of several, about the one whose branch it looks at.
    private static Step OriginOf(Step opener, Dictionary<string, Step> steps, Func<string, StepResult> results)
    {
        if (!RetryRule.OnlyLooks(opener.Kind))
        {
            return opener;
        }

        var works = new List<Step>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(opener.DependsOn);
        while (open.TryDequeue(out var name))
        {
            if (!seen.Add(name) || !steps.TryGetValue(name, out var step))
            {
                continue;
            }

            if (!RetryRule.OnlyLooks(step.Kind))
            {
                works.Add(step);
                continue;
            }

            foreach (var before in step.DependsOn)
            {
                open.Enqueue(before);
            }
        }

        return works.FirstOrDefault(w => results(w.Name).Branch is { } branch && branch == results(opener.Name).Branch)
            ?? works.FirstOrDefault(w => w.Payload.Branch is { Length: > 0 } branch && branch == opener.Payload.Branch)
            ?? works.FirstOrDefault(w => opener.Payload.Branch?.Contains(new StepReference(w.Name, "branch", "").ToString(), StringComparison.Ordinal) == true)
            ?? works.FirstOrDefault() ?? opener;
    }

    private static List<Step> JudgesOf(Step origin, ILookup<string, Step> followers)
    {
        var found = new List<Step>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([origin.Name]);
        while (open.TryDequeue(out var name))
        {
            foreach (var judge in followers[name].Where(f => RetryRule.OnlyLooks(f.Kind) && seen.Add(f.Name)))
            {
                found.Add(judge);
                open.Enqueue(judge.Name);
            }
        }

        return found;
    }

    // A step before or beside it may yet have it done again, and one behind it may write on its branch.
    private static IEnumerable<Step> Connected(Step origin, Dictionary<string, Step> steps, ILookup<string, Step> followers)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { origin.Name };
        var open = new Queue<Step>([origin]);
        while (open.TryDequeue(out var step))
        {
            yield return step;
            foreach (var next in step.DependsOn.Select(d => steps.GetValueOrDefault(d)).OfType<Step>().Concat(followers[step.Name]).Where(n => seen.Add(n.Name)))
            {
                open.Enqueue(next);
            }
        }
    }

    // A step that is for other verdicts gets no task.
    private static bool IsNeverTaken(Step step, Dictionary<string, Step> steps, Func<string, StepResult> results)
    {
        if (results(step.Name).State != StepState.Planned)
        {
            return false;
        }

        var before = step.DependsOn.Select(d => (Result: results(d), IsNever: steps.TryGetValue(d, out var other) && IsNeverTaken(other, steps, results))).ToArray();
        return step.When is { } when
            ? before.All(b => b.Result.HasEnded || b.IsNever) && before.Any(b => !when.Contains(b.IsNever ? Verdict.Skipped : ChildDecisions.VerdictOf(b.Result)))
            : before.Any(b => b.IsNever);
    }
}
