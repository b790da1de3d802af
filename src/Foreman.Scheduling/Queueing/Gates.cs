using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Why a task cannot be placed now.</summary>
/// <param name="Reason">Reason of the condition Scheduled.</param>
/// <param name="Message">What, where, why and what to do.</param>
internal sealed record PendingReason(string Reason, string Message)
{
    /// <summary>Least time between two explanations with this reason: a changed number is not worth a write with every heartbeat of the fleet.</summary>
    public TimeSpan LeastBetween { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Both as one text.</summary>
    public string Text => $"{Reason} {Message}";

    /// <summary>True when a change from another reason is no more than a changed number: with each run that ends it may change for all tasks of a quota.</summary>
    /// <param name="before">The other reason.</param>
    public bool IsPacedAfter(string? before) => Reason == before || (IsTurn(Reason) && IsTurn(before));

    private static bool IsTurn(string? reason) => reason is Reasons.WaitingForCapacity or Reasons.WaitingForQuota;
}

/// <summary>A suspended task is not queued.</summary>
internal static class SuspendGate
{
    public static PendingReason? Check(AgenticTask task) => task.Spec.Suspend == true
        ? new PendingReason(Reasons.Suspended, "spec.suspend is set; clear it to let the task run.")
        : null;
}

/// <summary>An Agent runs at most so many tasks at once as it says.</summary>
internal static class ConcurrencyGate
{
    public static PendingReason? Check(Agent? agent, TaskIndex index) =>
        agent?.Spec.MaxConcurrentTasks is { } limit && index.ActiveOf(ObjectKey.Of(agent)) >= limit
            ? new PendingReason(
                Reasons.ConcurrencyLimit,
                $"Agent \"{agent.Name()}\" runs as many tasks as its spec.maxConcurrentTasks allows ({limit}); this one follows when one of them ends.")
            : null;
}

/// <summary>The pause between a failed attempt and the next one, counted on the operator's own clock.</summary>
internal static class BackoffGate
{
    public static PendingReason? Check(AgenticTask task, TimeSpan pendingSince, TimeSpan uptime, RequeueTimer requeue)
    {
        var pause = PauseOf(task);
        if (uptime - pendingSince >= pause)
        {
            return null;
        }

        requeue.NoLaterThan(pendingSince + pause);
        return new PendingReason(
            Reasons.BackingOff,
            $"{AttemptCause.Sentence(task, task.LastAttempt()!)} The next one starts {(int)pause.TotalSeconds} s later (spec.retryPolicy.backoffSeconds).");
    }

    /// <summary>Zero unless the last attempt failed.</summary>
    private static TimeSpan PauseOf(AgenticTask task) =>
        task.LastAttempt()?.IsFailure() == true
            ? TimeSpan.FromSeconds(task.Spec.RetryPolicy?.BackoffSeconds ?? 0)
            : TimeSpan.Zero;
}

/// <summary>The tasks that must succeed on target first.</summary>
internal static class DependencyGate
{
    /// <summary>A reason while one of them has not ended or does not exist.</summary>
    public static PendingReason? Check(AgenticTask task, TaskIndex index)
    {
        foreach (var name in task.Spec.DependsOn ?? [])
        {
            if (index.Find(task.Namespace(), name) is not { } upstream)
            {
                return new PendingReason(
                    Reasons.WaitingForDependency,
                    $"spec.dependsOn: task \"{name}\" does not exist in namespace {task.Namespace()}; create it, or take it out of the list.");
            }

            if (!upstream.IsTerminal())
            {
                return new PendingReason(Reasons.WaitingForDependency, $"Task \"{name}\" has not ended yet.");
            }
        }

        return null;
    }

    /// <summary>The first of them that ended without success on target, one that failed before one that had nothing to do; null when there is none.</summary>
    public static AgenticTask? FailedUpstream(AgenticTask task, TaskIndex index) =>
        (task.Spec.DependsOn ?? [])
            .Select(name => index.Find(task.Namespace(), name)).OfType<AgenticTask>()
            .Where(upstream => upstream.IsTerminal() && !upstream.SucceededOnTarget())
            .OrderBy(upstream => upstream.HadNothingToDo())
            .FirstOrDefault();
}
