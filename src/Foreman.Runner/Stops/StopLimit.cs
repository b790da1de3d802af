using Foreman.Api;

namespace Foreman.Runner.Stops;

/// <summary>How long a run may go on before it is stopped from outside. Pure.</summary>
/// <param name="Most">So long, from when the run began.</param>
/// <param name="Plan">What stops it then.</param>
internal sealed record StopLimit(TimeSpan Most, StopPlan Plan)
{
    /// <summary>How far a run may go beyond timeoutSeconds, which it keeps by itself.</summary>
    internal static readonly TimeSpan TimeoutMargin = TimeSpan.FromSeconds(60);

    /// <summary>The nearest limit of a task that is about to run; null for none.</summary>
    /// <param name="task">The task, with the attempts that have ended.</param>
    public static StopLimit? Of(AgenticTask task) =>
        new[] { OfTimeout(task.Spec), OfBudget(task) }.OfType<StopLimit>().MinBy(l => l.Most);

    private static StopLimit? OfTimeout(AgenticTaskSpec spec)
    {
        if (spec.TimeoutSeconds is not > 0)
        {
            return null;
        }

        var most = TimeSpan.FromSeconds(spec.TimeoutSeconds.Value) + TimeoutMargin;
        return new(most, new StopPlan(StopKind.Timeout, FormattableString.Invariant($"the run did not end by itself within {most.TotalSeconds:0} s")));
    }

    private static StopLimit? OfBudget(AgenticTask task) => task.Spec.Kind.AsksModel || task.Spec.Budget?.Seconds is not { } seconds ? null : new(
        TimeSpan.FromSeconds(Math.Max(1, seconds - task.Status.Attempts.Sum().Seconds)),
        new StopPlan(StopKind.Budget, FormattableString.Invariant($"no result within the budget of {seconds} s of all attempts (spec.budget.seconds)")));
}
