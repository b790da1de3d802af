namespace Foreman.Api;

/// <summary>What the reasons of failures mean for the task.</summary>
public static class FailureReasons
{
    /// <summary>
    /// True when something below the task failed, so that another attempt, perhaps on another host, can do better: the
    /// runner gives the task back, and the operator counts and, at the limit, ends it.
    /// </summary>
    public static bool IsInfrastructure(this FailureReason reason) =>
        reason == FailureReason.InfrastructureError
        || reason == FailureReason.InferenceServiceUnavailable
        || reason == FailureReason.ModelMismatch;

    /// <summary>True when a failure with this reason is tried again as long as the limit of the policy allows.</summary>
    /// <param name="policy">The task's policy; null retries failures of the infrastructure only.</param>
    /// <param name="reason">Why the attempt failed.</param>
    public static bool Retries(this RetryPolicy? policy, FailureReason reason) =>
        reason.IsInfrastructure() || (policy?.Reasons ?? []).Contains(reason);
}
