using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Why the operator ends a task.</summary>
/// <param name="Reason">Failure reason, null for a task that is skipped; also the reason of the condition Completed.</param>
/// <param name="Message">What, where, why and what to do.</param>
internal sealed record CompletionDecision(FailureReason? Reason, string Message)
{
    /// <summary>True for a container that ended with exit code 0.</summary>
    public bool IsSuccess { get; init; }
}

/// <summary>Whether a waiting task ends without another attempt.</summary>
internal static class PendingCompletion
{
    /// <summary>How the task ends; null when it goes on.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="agent">Its Agent; null for the built-in one, or while it does not exist.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="agents">All Agents.</param>
    /// <param name="settings">Those of the scheduler.</param>
    public static CompletionDecision? Check(AgenticTask task, Agent? agent, TaskIndex index, AgentIndex agents, SchedulerSettings settings)
    {
        // No assignment could raise it, and none can have raised it so far.
        if (task.Status.Attempt is < 0 or >= int.MaxValue)
        {
            return new(FailureReason.ConstraintViolated, string.Create(
                CultureInfo.InvariantCulture,
                $"status.attempt is {task.Status.Attempt}, which no number of assignments leads to: somebody else has written it. Create the task anew."));
        }

        if (task.LastAttempt() is { } last && last.EndsTask(task.Spec.RetryPolicy))
        {
            return new(new FailureReason(last.Reason ?? ""), AttemptCause.Sentence(task, last));
        }

        if (task.Spec.Container is not null && task.LastAttempt() is { } ended && ended.Outcome == AttemptOutcome.Succeeded)
        {
            return new(null, string.Create(CultureInfo.InvariantCulture, $"Attempt {ended.Attempt}: {ended.Message}.")) { IsSuccess = true };
        }

        if (task.Spec.Cancel == true)
        {
            return task.Metadata.Annotations?.GetValueOrDefault(Labels.SkippedBecause) is { Length: > 0 } why
                ? new(null, why)
                : new(FailureReason.Cancelled, "spec.cancel was set before the task ran to its end.");
        }

        var ofAgent = agent is null ? [] : agents.Unsupported(agent);
        if (FeatureRegistry.InTask(task, agent, settings) is { Count: > 0 } fields)
        {
            return NotSupported([.. fields, .. ofAgent]);
        }

        if (DependencyGate.FailedUpstream(task, index) is { } upstream)
        {
            if (upstream.HadNothingToDo())
            {
                return new(null, $"Task \"{upstream.Name()}\" (spec.dependsOn) had nothing to do: {(upstream.Status.Verdict == Verdict.Skipped ? "it was skipped" : "its work had been done before")}.");
            }

            return new(
                FailureReason.UpstreamFailed,
                $"Task \"{upstream.Name()}\" (spec.dependsOn) ended as {upstream.PhaseOrPending()} with verdict {upstream.Status.Verdict}; create it again and then this one.");
        }

        if (task.Spec.DependsOn is { Count: > 0 } && index.Cycles.Through(task) is { } cycle)
        {
            return new(FailureReason.UpstreamFailed, $"spec.dependsOn goes in a circle ({string.Join(" → ", cycle)}): none of these tasks can be first.");
        }

        return ofAgent.Count > 0 ? NotSupported(ofAgent) : RetryLimits.Check(task, index, settings.Placements);
    }

    private static CompletionDecision NotSupported(IEnumerable<UnsupportedField> fields) =>
        new(FailureReason.Unsupported, FeatureRegistry.Message(fields));
}
