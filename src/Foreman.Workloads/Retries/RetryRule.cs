using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Which ends of steps are retried, and who has to do what again. Pure.</summary>
internal static class RetryRule
{
    /// <summary>Most retries of a step whose policy names no limit.</summary>
    public const int DefaultLimit = 3;

    /// <summary>Most retries that a policy can allow.</summary>
    public const int MaxLimit = 30;

    /// <summary>The outcome of a task whose work is good and could not be pushed.</summary>
    private const string PushFailed = "PUSH-FAILED";

    // Somebody wanted the one, and the other says nothing of the step itself.
    private static readonly FailureReason[] Never = [FailureReason.Cancelled, FailureReason.UpstreamFailed];

    // The same again would end the same, or cost what was not allowed.
    private static readonly FailureReason[] OnlyWhenNamed =
    [
        FailureReason.AgentNotFound, FailureReason.AuthUnavailable, FailureReason.BudgetExhausted, FailureReason.GitRemoteNotConfigured,
        FailureReason.PoisonTask, FailureReason.Unsupported, FailureReason.VisionUnavailable,
    ];

    /// <summary>The word of a policy for verdict NO-GO without a reason.</summary>
    public static FailureReason NoGo { get; } = new("NoGo");

    /// <summary>The word of a policy for verdict INCOMPLETE without a reason.</summary>
    public static FailureReason Incomplete { get; } = new("Incomplete");

    /// <summary>Why a step did not reach its target, as a policy names it; null for one that did or has not ended, and for a task that was deleted.</summary>
    public static FailureReason? Word(StepResult result) =>
        !result.IsFailure ? null
        : result.Reason is { } reason ? reason
        : result.Verdict == Verdict.NoGo ? NoGo
        : result.Verdict == Verdict.Incomplete ? Incomplete
        : result.Verdict == Verdict.GateFail ? FailureReason.GateFailed
        : result.Verdict == Verdict.GateError ? FailureReason.GateError
        : null;

    /// <summary>True when a step came to an end of its own, short of its target.</summary>
    public static bool FellShort(StepResult result) => Word(result) is { } word && !Never.Contains(word);

    /// <summary>True when a policy retries such an end; the limit aside. What asks a person goes on with the answer, and by no policy.</summary>
    public static bool Applies(RetryPolicy? policy, StepResult result)
    {
        if (policy is null || result.Question is not null || Word(result) is not { } word || Never.Contains(word))
        {
            return false;
        }

        return policy.Reasons is { Count: > 0 } named
            ? named.Contains(word)
            : !OnlyWhenNamed.Contains(word) && result.Outcome != StepResult.NeedsVerification;
    }

    /// <summary>Most retries that a policy allows.</summary>
    public static int LimitOf(RetryPolicy? policy) => policy is null ? 0 : Math.Clamp(policy.Limit ?? DefaultLimit, 0, MaxLimit);

    /// <summary>True for kinds of which a model writes the work.</summary>
    public static bool Writes(TaskKind kind) => kind == TaskKind.IssueFix || kind == TaskKind.Freeform;

    /// <summary>True for kinds that look at work and change nothing.</summary>
    public static bool OnlyLooks(TaskKind kind) => kind == TaskKind.Verify || kind == TaskKind.Review || kind == TaskKind.Reconcile;

    /// <summary>True when the end is a verdict on the work of others, rather than a failure to come to one.</summary>
    public static bool JudgesOthers(TaskKind kind, StepResult result) =>
        !Writes(kind) && result.IsFailure && result.Outcome != PushFailed && (result.Verdict == Verdict.NoGo || result.Verdict == Verdict.GateFail);
}
