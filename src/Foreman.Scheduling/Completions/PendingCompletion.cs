using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Why the operator ends a task.</summary>
/// <param name="Reason">Failure reason; also the reason of the condition Completed.</param>
/// <param name="Message">What, where, why and what to do.</param>
internal sealed record CompletionDecision(FailureReason Reason, string Message);

/// <summary>Whether a waiting task ends without another attempt.</summary>
internal static class PendingCompletion
{
    public static CompletionDecision? Check(AgenticTask task, Agent? agent, TaskIndex index, SchedulerSettings settings)
    {
        if (task.Spec.Cancel == true)
        {
            return new(FailureReason.Cancelled, "spec.cancel was set before the task ran to its end.");
        }

        var ofAgent = agent is null ? [] : FeatureRegistry.InAgent(agent, settings);
        if (FeatureRegistry.InTask(task, settings) is { Count: > 0 } fields)
        {
            return NotSupported([.. fields, .. ofAgent]);
        }

        if (DependencyGate.FailedUpstream(task, index) is { } upstream)
        {
            return new(
                FailureReason.UpstreamFailed,
                $"Task \"{upstream.Name()}\" (spec.dependsOn) ended as {upstream.PhaseOrPending()} with verdict {upstream.Status.Verdict}; create it again and then this one.");
        }

        if (DependencyGate.Cycle(task, index) is { } cycle)
        {
            return new(FailureReason.UpstreamFailed, $"spec.dependsOn goes in a circle ({string.Join(" → ", cycle)}): none of these tasks can be first.");
        }

        return ofAgent.Count > 0 ? NotSupported(ofAgent) : RetryLimits.Check(task);
    }

    private static CompletionDecision NotSupported(IEnumerable<UnsupportedField> fields) =>
        new(FailureReason.Unsupported, FeatureRegistry.Message(fields));
}

/// <summary>When no further attempt is made. An assignment that nobody claimed never counts.</summary>
internal static class RetryLimits
{
    /// <summary>Retries after the first failure when the task does not say.</summary>
    public const int DefaultRetries = 3;

    /// <summary>A task whose holder was lost this often is taken to be the cause.</summary>
    public const int MostLost = 3;

    /// <summary>How the task ends; null when it is tried again.</summary>
    public static CompletionDecision? Check(AgenticTask task)
    {
        var lost = task.Status.Attempts.Where(a => a.IsLoss()).ToArray();
        if (lost.Length >= MostLost)
        {
            var nodes = string.Join(", ", lost.Select(a => a.Node).OfType<string>().Distinct(StringComparer.Ordinal));
            return new(
                FailureReason.PoisonTask,
                $"The host was lost {lost.Length} times while it ran this task (on {nodes}). Look at the agents' logs there before you create it again.");
        }

        var failures = task.Status.Attempts.Count(a => a.IsFailure());
        var limit = task.Spec.RetryPolicy?.Limit ?? DefaultRetries;
        if (failures <= limit)
        {
            return null;
        }

        var reason = task.Status.Attempts.Last(a => a.IsFailure()).Reason;
        return new(
            string.IsNullOrEmpty(reason) ? FailureReason.InfrastructureError : new FailureReason(reason),
            $"All of {failures} attempts failed, the last one with {reason ?? "no reason given"}; spec.retryPolicy.limit allows {limit} retries.");
    }
}
