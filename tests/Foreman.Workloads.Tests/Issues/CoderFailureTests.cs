using Foreman.Api;

namespace Foreman.Workloads.Tests.Issues;

public sealed class CoderFailureTests
{
    [Theory]
    [InlineData("NO-GO", "MODEL-DECIDED", null, "BaseCoderCapabilityFailure", "BaseCoderCapabilityFailure")]
    [InlineData("NO-GO", "MODEL-NO-GO", null, "BaseCoderCapabilityFailure", "BaseCoderCapabilityFailure")]
    [InlineData("INCOMPLETE", "CODER-GATE-FAILED", "GateFailed", "BaseCoderCapabilityFailure", "BaseCoderCapabilityFailure")]
    [InlineData("NO-GO", "ALREADY-RESOLVED", null, null, null)]
    [InlineData("NO-GO", "NEEDS-VERIFICATION", null, null, null)]
    [InlineData("NO-GO", "NO-CHANGES", null, null, null)]
    [InlineData("NO-GO", null, null, null, null)]
    [InlineData("GO", "MODEL-DECIDED", null, null, null)]
    [InlineData("INCOMPLETE", "MODEL-DECIDED", null, null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", "STUCK-LOOP-DETECTED", null, null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", "LOOP-INCOMPLETE", "MaxTurnsExhausted", null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", "LOOP-BUDGET-EXHAUSTED", "Timeout", null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", "ERROR", "ModelReportedError", null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", null, "ContextOverflow", null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", null, "BudgetExhausted", null, "BaseCoderFailureEscalation")]
    [InlineData("INCOMPLETE", null, null, null, "BaseCoderFailureEscalation")]
    public void Another_coder_helps_where_a_model_could_not_do_it(string verdict, string? outcome, string? reason, string? usual, string? onFailure)
    {
        var result = Result(RunEnd.Go with { Verdict = new(verdict), Outcome = outcome, Reason = reason is null ? null : new FailureReason(reason) });

        Assert.Equal((usual, onFailure), (CoderFailure.Escalates(result, onFailure: false), CoderFailure.Escalates(result, onFailure: true)));
    }

    public static TheoryData<string> NotOfModels =>
    [
        "AgentNotFound", "AuthUnavailable", "GitRemoteNotConfigured", "CloneFailed", "InferenceServiceUnavailable", "InfrastructureError",
        "SandboxUnavailable", "ModelMismatch", "Unsupported", "Cancelled", "UpstreamFailed", "GateError", "ConstraintViolated",
    ];

    [Theory]
    [MemberData(nameof(NotOfModels))]
    public void No_other_coder_helps_where_the_model_is_not_to_blame(string reason) =>
        Assert.Null(CoderFailure.Escalates(Result(RunEnd.Broken with { Reason = new FailureReason(reason) }), onFailure: true));

    [Fact]
    public void A_gate_of_the_coder_counts_wherever_it_is_told()
    {
        var nested = RunEnd.OutOfTurns with { Outcome = "INCOMPLETE", Extra = Given.Json("""{"modelExtra":{"outcome":"CODER-GATE-FAILED"}}""") };

        Assert.Equal(Reasons.BaseCoderCapabilityFailure, CoderFailure.Escalates(Result(nested), onFailure: false));
    }

    [Fact]
    public void What_only_a_person_can_decide_is_given_to_nobody_else() => Assert.Null(CoderFailure.Escalates(
        Result(RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":"Which?"}}""") }), onFailure: true));

    [Fact]
    public void A_part_of_the_budget_that_is_used_up_leaves_something_for_another_coder()
    {
        var own = RunEnd.Broken with { Reason = FailureReason.BudgetExhausted, Summary = "no result within the budget of 9 s" };

        Assert.Equal(Reasons.BaseCoderFailureEscalation, CoderFailure.Escalates(Result(own), onFailure: true));
        Assert.Null(CoderFailure.Escalates(Result(own with { Summary = ChildTask.BudgetUsedUp }), onFailure: true));
    }

    [Fact]
    public void A_coder_that_has_not_ended_is_not_escalated() => Assert.Null(CoderFailure.Escalates(StepResult.Of(Given.Child("w", "code-1").Running()), onFailure: true));

    private static StepResult Result(RunEnd end) => StepResult.Of(Given.Child("w", "code-1", TaskKind.IssueFix).Ended(end));
}
