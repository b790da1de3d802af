using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Whether another model may help where one did not do its work. Pure.</summary>
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
        if (!MayBeTheModels(result))
        {
            return null;
        }

        if (result.GateFailed || (result.Verdict == Verdict.NoGo && result.Outcome is ("MODEL-DECIDED" or "MODEL-NO-GO")))
        {
            return Reasons.BaseCoderCapabilityFailure;
        }

        return onFailure && IsWithoutVerdict(result) ? Reasons.BaseCoderFailureEscalation : null;
    }

    /// <summary>True when a run came to no verdict, and another model may: out of turns or of time, stuck, or by its own word.</summary>
    public static bool IsWithoutVerdict(StepResult result) =>
        MayBeTheModels(result) && result.Verdict != Verdict.NoGo && !(result.Reason is { } reason && NotTheModels.Contains(reason));

    // One without a part of the budget never began, and what only a person can decide is no easier for another model.
    private static bool MayBeTheModels(StepResult result) =>
        result is { IsFailure: true, IsDeniedBudget: false, Question: null } && result.Outcome != StepResult.NeedsVerification;
}
