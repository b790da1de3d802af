using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// Which runs get nowhere: those that have worked far longer than is usual for their Agent and kind and have changed nothing. What is
/// looked at is what the run reports of itself, so no clock is compared with another one. Pure.
/// </summary>
public static class StallRule
{
    /// <summary>How many times the usual time a run may work without a change.</summary>
    public const int Times = 3;

    /// <summary>How long a run may work without a change in any case.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    private const string Mark = "Stalled: ";

    /// <summary>True for work on files: other runs may have nothing to change.</summary>
    public static bool IsJudged(AgenticTask task) =>
        task.Spec.Kind == TaskKind.IssueFix || (task.Spec.Kind == TaskKind.Freeform && task.Spec.Payload.Repo is { Length: > 0 });

    /// <summary>True when only the usual time of others tells whether a run has stalled. One that does not report what it has changed is not judged.</summary>
    public static bool IsSuspect(AgenticTask task) =>
        IsJudged(task)
        && task.PhaseOrPending() == TaskPhase.Running
        && task.Status is { Branch: null or "", Progress: { Edits: 0, Waiting: null, WorkedSeconds: { } worked } }
        && worked > Least.TotalSeconds;

    /// <summary>Why a run is ended, as its task keeps it; null when it is not.</summary>
    /// <param name="task">The task.</param>
    /// <param name="usual">What is usual.</param>
    public static string? Why(AgenticTask task, UsualTimes usual) =>
        IsSuspect(task) && usual.For(task) is { } median && task.Status.Progress!.WorkedSeconds > Times * median.TotalSeconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Mark}it worked for {task.Status.Progress.WorkedSeconds} s without a change of a file; half of the runs of its Agent and kind that reached their target took {median.TotalSeconds:0} s or less.")
            : null;

    /// <summary>True for what <see cref="Why"/> gave.</summary>
    internal static bool IsNamedBy(string? why) => why?.StartsWith(Mark, StringComparison.Ordinal) == true;
}
