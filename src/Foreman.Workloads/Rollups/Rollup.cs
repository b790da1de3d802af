using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>A step beside how it stands.</summary>
/// <param name="Step">The step.</param>
/// <param name="Result">How it stands.</param>
internal readonly record struct StepView(Step Step, StepResult Result);

/// <summary>What all steps come to together. Superseded steps, and those that were not taken, don't count; tasks of the former that have not ended are still in flight. Pure.</summary>
internal sealed record Rollup
{
    public int Succeeded { get; private init; }

    public int AlreadyResolved { get; private init; }

    public int Incomplete { get; private init; }

    public int Failed { get; private init; }

    public int InFlight { get; private init; }

    /// <summary>Issues whose coder found the work done before, each with what it names; in order.</summary>
    public ImmutableArray<(int Issue, string? By, string Step)> Resolved { get; private init; } = [];

    public int Total => Succeeded + Incomplete + Failed + InFlight;

    /// <summary>True once nothing is under way.</summary>
    public bool HasEnded => InFlight == 0;

    /// <summary>Sums up steps.</summary>
    public static Rollup Of(IReadOnlyCollection<StepView> views)
    {
        var handled = Handled(views);
        var counting = views.Where(v => !v.Step.IsSuperseded && v.Result.State != StepState.NotTaken && !handled.Contains(v.Step.Name)).ToArray();
        return new()
        {
            Succeeded = counting.Count(v => v.Result.IsOnTarget),
            AlreadyResolved = counting.Count(v => v.Result.State == StepState.AlreadyResolved),
            Incomplete = counting.Count(v => v.Result.State == StepState.Incomplete),
            Failed = counting.Count(v => v.Result.State == StepState.Failed),
            InFlight = counting.Count(v => !v.Result.HasEnded) + views.Count(v => v.Step.IsSuperseded && v.Result is { Task: not null, HasEnded: false }),
            Resolved =
            [
                .. counting.Where(v => v.Result.State == StepState.AlreadyResolved && v.Step.Issue is not null)
                    .Select(v => (v.Step.Issue!.Value, v.Result.ResolvedBy, v.Step.Name))
                    .OrderBy(r => r.Value).ThenBy(r => r.Name, StringComparer.Ordinal),
            ],
        };
    }

    // A step that was taken because another one failed makes that failure a part of the plan, and what fell with it; one that is taken in any case does not.
    private static HashSet<string> Handled(IReadOnlyCollection<StepView> views)
    {
        var takers = views.Where(v => v.Step.When is { } when && !when.Contains(Verdict.Go) && !when.Contains(Verdict.GatePass) && v.Result.Task is not null).ToArray();
        if (takers.Length == 0)
        {
            return [];
        }

        var byName = views.ToDictionary(v => v.Step.Name, StringComparer.Ordinal);
        var handled = takers
            .SelectMany(v => v.Step.DependsOn)
            .Where(d => byName.TryGetValue(d, out var before) && before.Result.IsFailure)
            .ToHashSet(StringComparer.Ordinal);
        var grew = handled.Count > 0;
        while (grew)
        {
            grew = false;
            foreach (var view in views.Where(v => v.Result.Reason == FailureReason.UpstreamFailed && !handled.Contains(v.Step.Name)))
            {
                var failed = view.Step.DependsOn.Where(d => byName.TryGetValue(d, out var before) && before.Result.IsFailure).ToArray();
                grew |= failed.Length > 0 && failed.All(handled.Contains) && handled.Add(view.Step.Name);
            }
        }

        return handled;
    }
}
