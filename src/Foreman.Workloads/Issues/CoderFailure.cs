using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Whether another coder may help where one did not do its work. Pure.</summary>
internal static class CoderFailure
{
    // None of these is about what a model can do.
    private static readonly FailureReason[] NotTheModels =
    [
        FailureReason.AgentNotFound, FailureReason.AuthUnavailable, FailureReason.GitRemoteNotConfigured, FailureReason.CloneFailed,
        FailureReason.InferenceServiceUnavailable, FailureReason.InfrastructureError, FailureReason.SandboxUnavailable, FailureReason.ModelMismatch,
        FailureReason.Unsupported, FailureReason.Cancelled, FailureReason.UpstreamFailed, FailureReason.GateError, FailureReason.ConstraintViolated,
    ];

    /// <summary>The reason of the escalation; null for none.</summary>
    /// <param name="result">How the coder's task stands.</param>
    /// <param name="onFailure">True when a coder that did not come to an end escalates as well (<c>spec.escalateOnFailure</c>).</param>
    public static string? Escalates(StepResult result, bool onFailure)
    {
        // It never began: nothing of the Workload's budget was left for it, nor is for another one.
        if (result.IsDeniedBudget)
        {
            return null;
        }

        // What only a person can decide is no easier for another model.
        if (!result.IsFailure || result.Outcome == StepResult.NeedsVerification || result.Question is not null)
        {
            return null;
        }

        if (result.GateFailed || (result.Verdict == Verdict.NoGo && result.Outcome is ("MODEL-DECIDED" or "MODEL-NO-GO")))
        {
            return Reasons.BaseCoderCapabilityFailure;
        }

        return onFailure && result.Verdict != Verdict.NoGo && !(result.Reason is { } reason && NotTheModels.Contains(reason))
            ? Reasons.BaseCoderFailureEscalation
            : null;
    }
}
