using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>The status of a UserDeployment, from what is known of it. Pure.</summary>
public static class StatusRules
{
    /// <summary>Time after which a clean-up that has not ended is told as stalled.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromMinutes(10);

    /// <summary>The status of one that is not carried out.</summary>
    /// <param name="deployment">The UserDeployment, as it is stored.</param>
    /// <param name="type">The condition that says so: Accepted, Conflict or Provisioned.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="now">Time of day.</param>
    public static UserDeploymentStatus Refused(UserDeployment deployment, string type, DeploymentRefusal refusal, DateTimeOffset now)
    {
        var before = deployment.Status ?? new();
        var isConflict = type == ConditionTypes.Conflict;
        var conditions = before.Conditions
            .SetFor(deployment, new() { Type = type, Status = isConflict ? Conditions.True : Conditions.False, Reason = refusal.Reason, Message = refusal.Message }, now)
            .SetFor(deployment, new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = refusal.Reason, Message = $"The condition {type} says why." }, now);
        return before with
        {
            Phase = UserDeploymentPhase.Failed,
            Namespace = isConflict ? null : before.Namespace,
            Urls = isConflict ? null : before.Urls,
            ObservedGeneration = deployment.Metadata.Generation,
            Conditions = conditions,
        };
    }

    /// <summary>The status of one whose objects are about to be made: from here on its host and namespace are its own.</summary>
    /// <param name="deployment">The UserDeployment, as it is stored.</param>
    /// <param name="target">Where it lies and is reached.</param>
    /// <param name="now">Time of day.</param>
    public static UserDeploymentStatus Begun(UserDeployment deployment, DeploymentTarget target, DateTimeOffset now)
    {
        var before = deployment.Status ?? new();
        return before with
        {
            Phase = before.Namespace == target.Namespace ? before.Phase : UserDeploymentPhase.Provisioning,
            Namespace = target.Namespace,
            Urls = target.Url is { } url ? [url] : null,
            Conditions = before.Conditions
                .SetFor(deployment, new() { Type = ConditionTypes.Accepted, Status = Conditions.True, Reason = Reasons.ConfigComplete, Message = "Spec and template can be carried out." }, now)
                .SetFor(deployment, new() { Type = ConditionTypes.Conflict, Status = Conditions.False, Reason = Reasons.NoConflict, Message = "Host and namespace are its own." }, now),
        };
    }

    /// <summary>The status of one whose objects are there.</summary>
    /// <param name="deployment">The UserDeployment with the status of <see cref="Begun"/>.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="now">Time of day.</param>
    public static UserDeploymentStatus Provisioned(UserDeployment deployment, DeploymentState state, DateTimeOffset now)
    {
        var before = deployment.Status ?? new();
        return before with
        {
            Phase = state.Phase,
            Services = state.Services,
            ObservedGeneration = deployment.Metadata.Generation,
            Conditions = before.Conditions
                .SetFor(deployment, new() { Type = ConditionTypes.Provisioned, Status = Conditions.True, Reason = Reasons.ObjectsApplied, Message = "All objects are there." }, now)
                .SetFor(deployment, new() { Type = ConditionTypes.Ready, Status = state.IsReady ? Conditions.True : Conditions.False, Reason = state.Reason, Message = state.Message }, now),
        };
    }

    /// <summary>The status of one whose objects are being deleted.</summary>
    /// <param name="deployment">The UserDeployment, as it is stored.</param>
    /// <param name="left">What is still there, for people; not empty.</param>
    /// <param name="now">Time of day.</param>
    public static UserDeploymentStatus Deleting(UserDeployment deployment, IReadOnlyCollection<string> left, DateTimeOffset now)
    {
        var before = deployment.Status ?? new();

        // The condition keeps the time of its first False, so that a restart of the operator does not begin anew.
        var since = before.Conditions.Find(ConditionTypes.CleanedUp)?.LastTransitionTime ?? now;
        var isStalled = now - since >= StalledAfter;
        var names = Texts.Joined(left);
        return before with
        {
            Phase = UserDeploymentPhase.Deleting,
            ObservedGeneration = deployment.Metadata.Generation,
            Conditions = before.Conditions
                .SetFor(deployment, new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = Reasons.CleanupRunning, Message = "It is being deleted." }, now)
                .SetFor(
                    deployment,
                    new()
                    {
                        Type = ConditionTypes.CleanedUp,
                        Status = Conditions.False,
                        Reason = isStalled ? Reasons.CleanupStalled : Reasons.CleanupRunning,
                        Message = isStalled ? $"Still there after 10 minutes: {names}. Look for finalizers of others on them." : $"Being deleted: {names}.",
                    },
                    now),
        };
    }

    /// <summary>True when a clean-up is told as stalled.</summary>
    /// <param name="status">The status; null for none.</param>
    public static bool IsStalled(UserDeploymentStatus? status) => status?.Conditions.Find(ConditionTypes.CleanedUp)?.Reason == Reasons.CleanupStalled;
}
