using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>When no further attempt is made. An assignment that nobody claimed never counts.</summary>
internal static class RetryLimits
{
    /// <summary>Retries after the first failure when the task does not say.</summary>
    public const int DefaultRetries = 3;

    /// <summary>A task whose holder was lost so often is taken to be what kills it.</summary>
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
