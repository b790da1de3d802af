using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>When no further attempt is made. An assignment that nobody claimed, and a run that was given back for its host's sake, never count.</summary>
internal static class RetryLimits
{
    /// <summary>Retries after the first attempt when the task does not say.</summary>
    public const int DefaultRetries = 3;

    /// <summary>How the task ends; null when it is tried again.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="index">All tasks.</param>
    /// <param name="placements">They say which machine an attempt lived by.</param>
    public static CompletionDecision? Check(AgenticTask task, TaskIndex index, PlacementRegistry placements)
    {
        var spent = task.Status.Attempts.Where(a => a.IsFailure() || a.IsLoss()).ToArray();
        if (spent.Length == 0)
        {
            return null;
        }

        var cause = AttemptCause.Sentence(task, spent[^1]);
        if (Strikes.Of(task, index, placements) is { Count: >= Strikes.Most } strikes)
        {
            var hosts = string.Join(", ", strikes.Select(placements.HostOf).Distinct(StringComparer.Ordinal));
            return new(FailureReason.PoisonTask, string.Create(
                CultureInfo.InvariantCulture,
                $"Runs of this task were lost {strikes.Count} times where other tasks or other hosts show that the task is the cause (on {hosts}). {cause} Look at the agents' logs there before you create it again."));
        }

        var limit = task.Spec.RetryPolicy?.Limit ?? DefaultRetries;
        return spent.Length <= limit
            ? null
            : new(ReasonOf(spent[^1]), string.Create(
                CultureInfo.InvariantCulture,
                $"{cause} That was the last of {spent.Length} attempts (spec.retryPolicy.limit is {limit})."));
    }

    private static FailureReason ReasonOf(TaskAttempt last) =>
        last.IsLoss() || string.IsNullOrEmpty(last.Reason) ? FailureReason.InfrastructureError : new FailureReason(last.Reason);
}

/// <summary>Why an attempt ended, in a sentence for the task's condition.</summary>
internal static class AttemptCause
{
    /// <summary>Which attempt, where, how and why.</summary>
    /// <param name="task">The task.</param>
    /// <param name="attempt">One of its attempts.</param>
    public static string Sentence(AgenticTask task, TaskAttempt attempt)
    {
        var where = attempt.Node is { Length: > 0 } node ? $" on {node}" : "";
        var how = attempt.Reason is { Length: > 0 } reason ? reason : "no reason given";
        return string.Create(CultureInfo.InvariantCulture, $"Attempt {attempt.Attempt}{where} ended with {how}{Because(task, attempt)}.");
    }

    // An agent of an older release tells the cause in the condition only.
    private static string Because(AgenticTask task, TaskAttempt attempt)
    {
        var message = attempt.Message is { Length: > 0 } own ? own
            : ReferenceEquals(attempt, task.LastAttempt()) && task.Status.Conditions.Find(ConditionTypes.Running) is { Status: Conditions.False } ended
                ? ended.Message
                : "";
        message = message.Trim().TrimEnd('.');
        var known = $"{attempt.Reason}: ";
        if (message.StartsWith(known, StringComparison.Ordinal))
        {
            message = message[known.Length..];
        }

        return message.Length == 0 ? "" : $": {message}";
    }
}
