using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>Which waiting tasks end without another attempt: cycles are sought from each task, and strikes among all tasks.</summary>
internal static class ReferenceEnds
{
    /// <summary>How the task ends; null when it goes on.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="agent">Its Agent.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="settings">Those of the scheduler.</param>
    public static CompletionDecision? Check(AgenticTask task, Agent? agent, TaskIndex index, SchedulerSettings settings)
    {
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

        if (task.Spec.Cancel == true)
        {
            return new(FailureReason.Cancelled, "spec.cancel was set before the task ran to its end.");
        }

        var ofAgent = agent is null ? [] : FeatureRegistry.InAgent(agent, settings);
        if (FeatureRegistry.InTask(task, agent, settings) is { Count: > 0 } fields)
        {
            return NotSupported([.. fields, .. ofAgent]);
        }

        if (DependencyGate.FailedUpstream(task, index) is { } upstream)
        {
            return upstream.HadNothingToDo()
                ? new(null, $"Task \"{upstream.Name()}\" (spec.dependsOn) had nothing to do: {(upstream.Status.Verdict == Verdict.Skipped ? "it was skipped" : "its work had been done before")}.")
                : new(
                    FailureReason.UpstreamFailed,
                    $"Task \"{upstream.Name()}\" (spec.dependsOn) ended as {upstream.PhaseOrPending()} with verdict {upstream.Status.Verdict}; create it again and then this one.");
        }

        return Cycle(task, index) is { } cycle ? new(FailureReason.UpstreamFailed, $"spec.dependsOn goes in a circle ({string.Join(" → ", cycle)}): none of these tasks can be first.")
            : ofAgent.Count > 0 ? NotSupported(ofAgent)
            : Retries(task, index, settings.Placements);
    }

    private static CompletionDecision NotSupported(IEnumerable<UnsupportedField> fields) =>
        new(FailureReason.Unsupported, FeatureRegistry.Message(fields));

    private static List<string>? Cycle(AgenticTask task, TaskIndex index)
    {
        var path = new List<string> { task.Name() };
        return Visit(task, task.Name(), index, path, new HashSet<string>(StringComparer.Ordinal)) ? path : null;
    }

    private static bool Visit(AgenticTask from, string goal, TaskIndex index, List<string> path, HashSet<string> seen)
    {
        foreach (var name in from.Spec.DependsOn ?? [])
        {
            path.Add(name);
            if (name == goal
                || (seen.Add(name) && index.Find(from.Namespace(), name) is { } next && Visit(next, goal, index, path, seen)))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    private static CompletionDecision? Retries(AgenticTask task, TaskIndex index, PlacementRegistry placements)
    {
        var spent = task.Status.Attempts.Where(a => a.IsFailure() || a.IsLoss()).ToArray();
        if (spent.Length == 0)
        {
            return null;
        }

        var cause = AttemptCause.Sentence(task, spent[^1]);
        if (StrikesOf(task, index.All, placements) is { Count: >= Strikes.Most } strikes)
        {
            var hosts = string.Join(", ", strikes.Select(placements.HostOf).Distinct(StringComparer.Ordinal));
            return new(FailureReason.PoisonTask, string.Create(
                CultureInfo.InvariantCulture,
                $"Runs of this task were lost {strikes.Count} times where other tasks or other hosts show that the task is the cause (on {hosts}). {cause} Look at the agents' logs there before you create it again."));
        }

        var limit = task.Spec.RetryPolicy?.Limit ?? RetryLimits.DefaultRetries;
        var reason = spent[^1].IsLoss() || string.IsNullOrEmpty(spent[^1].Reason) ? FailureReason.InfrastructureError : new FailureReason(spent[^1].Reason!);
        return spent.Length <= limit
            ? null
            : new(reason, string.Create(
                CultureInfo.InvariantCulture,
                $"{cause} That was the last of {spent.Length} attempts (spec.retryPolicy.limit is {limit})."));
    }

    private static List<TaskAttempt> StrikesOf(AgenticTask task, IReadOnlyList<AgenticTask> all, PlacementRegistry placements)
    {
        var strikes = new List<TaskAttempt>();
        var before = new Dictionary<string, TaskAttempt>(StringComparer.Ordinal);
        foreach (var loss in task.Status.Attempts.Where(a => a.IsLoss()))
        {
            var host = placements.HostOf(loss);
            if (!before.TryGetValue(host, out var earlier) || all.Where(t => t.Metadata.Uid != task.Metadata.Uid).SelectMany(t => t.Status.Attempts).Any(a =>
                a.Outcome == AttemptOutcome.Succeeded
                && placements.HostOf(a) == host
                && a.StartedAt > earlier.StartedAt
                && a.StartedAt > earlier.EndedAt
                && a.EndedAt < loss.EndedAt))
            {
                strikes.Add(loss);
            }

            before[host] = loss;
        }

        return strikes;
    }
}
