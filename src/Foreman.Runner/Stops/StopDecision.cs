using System.Globalization;
using Foreman.Api;

namespace Foreman.Runner.Stops;

/// <summary>Why a run is stopped; a later one outweighs an earlier one.</summary>
internal enum StopKind
{
    None,

    /// <summary>The host stops: the task is given back.</summary>
    Drain,

    /// <summary>spec.suspend is set: the task is given back.</summary>
    Suspend,

    /// <summary>The run has gone on beyond timeoutSeconds, which it should have kept by itself: the task ends.</summary>
    Timeout,

    /// <summary>The run has used up spec.budget.seconds, and asks no model, whose loop keeps that by itself: the task ends.</summary>
    Budget,

    /// <summary>spec.cancel is set: the task ends.</summary>
    Cancel,

    /// <summary>The task is somebody else's, or gone: nothing is written.</summary>
    Fence,
}

/// <summary>Whether a run is stopped.</summary>
/// <param name="Kind">Why; None lets it go on.</param>
/// <param name="Message">For people.</param>
/// <param name="RecheckAt">When time alone will change the answer.</param>
internal sealed record StopPlan(StopKind Kind, string Message, DateTimeOffset? RecheckAt = null);

/// <summary>Decides whether a run goes on. Pure.</summary>
internal static class StopDecision
{
    /// <summary>Weighs the signals of the host.</summary>
    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="signals">What its host has signalled.</param>
    /// <param name="now">The time.</param>
    public static StopPlan Decide(Attempt attempt, RunSignalState signals, DateTimeOffset now)
    {
        if (FencedBy(attempt, signals) is { } fenced)
        {
            return new(StopKind.Fence, fenced);
        }

        var spec = signals.Latest?.Spec;
        if (spec?.Cancel == true)
        {
            return new(StopKind.Cancel, "spec.cancel was set");
        }

        if (spec?.Suspend == true)
        {
            return new(StopKind.Suspend, "spec.suspend was set");
        }

        return signals.DrainDeadline switch
        {
            null => new(StopKind.None, ""),
            { } deadline when deadline <= now => new(StopKind.Drain, "the host drains and its deadline has passed"),
            { } deadline => new(StopKind.None, "", deadline),
        };
    }

    // What a watch shows may be older than the claim. A state of this attempt that can only follow the claim (Pending,
    // ended, held by another) or a later attempt fences; Scheduled and lower attempts are out of date.
    private static string? FencedBy(Attempt attempt, RunSignalState signals)
    {
        if (signals.IsDeleted)
        {
            return "the task was deleted";
        }

        if (signals.Latest is not { } task || task.Status.Attempt < attempt.Number)
        {
            return null;
        }

        var phase = task.PhaseOrPending();
        if (task.Status.Attempt > attempt.Number)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the task is in attempt {task.Status.Attempt} by now");
        }

        if (phase == TaskPhase.Pending || phase.IsTerminal())
        {
            return $"the task is {phase} by now";
        }

        return phase == TaskPhase.Running && task.Status.Claim?.Holder is { } holder && holder != attempt.Holder
            ? $"the task is held by {holder} by now"
            : null;
    }
}
