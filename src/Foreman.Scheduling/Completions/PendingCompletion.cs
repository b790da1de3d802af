using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Whether a waiting task ends without another attempt.</summary>
internal static class PendingCompletion
{
    public static CompletionDecision? Check(AgenticTask task, Agent? agent, TaskIndex index, SchedulerSettings settings)
    {
        if (task.Spec.Cancel == true)
        {
            return new(FailureReason.Cancelled, "spec.cancel was set before the task ran to its end.");
        }

        if (Unsupported.InTask(task) is { } field)
        {
            return NotSupported(field);
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

        if (agent is not null && Unsupported.InAgent(agent, settings) is { } agentField)
        {
            return NotSupported(agentField);
        }

        return RetryLimits.Check(task);
    }

    private static CompletionDecision NotSupported(Unsupported.Field field) =>
        new(FailureReason.Unsupported, $"{field.Path}: {field.Why}.");
}
