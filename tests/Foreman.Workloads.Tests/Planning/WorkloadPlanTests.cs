using Foreman.Api;

namespace Foreman.Workloads.Tests.Planning;

public sealed class WorkloadPlanTests
{
    [Fact]
    public void A_pipeline_goes_before_issues()
    {
        var plan = Plan(Given.Batch(1) with { Pipeline = [Given.Step("a"), Given.Step("b", "a")] });

        Assert.Equal(["a2", "b1"], plan.Steps.Select(s => $"{s.Name}{s.Rank}"));
    }

    [Fact]
    public void Missing_Agents_are_waited_for_and_named_once()
    {
        var plan = Plan(Given.Pipeline(Given.Step("a") with { AgentRef = Given.Ref("x") }, Given.Step("b") with { AgentRef = Given.Ref("y") }, Given.Step("c") with { AgentRef = Given.Ref("x") }));

        Assert.Equal((Reasons.AgentResolveFailed, false), (plan.Fault!.Reason, plan.Fault.IsFinal));
        Assert.Equal("No Agent \"x\", \"y\" in this namespace; create them, or name others. The Workload waits.", plan.Fault.Message);
    }

    [Fact]
    public void A_name_that_can_be_no_label_is_refused()
    {
        var plan = WorkloadPlan.Of(new(Given.Workload(new string('w', 64), Given.Batch(1))) { Agents = Given.Agents }, _ => StepResult.Unmade);

        Assert.Equal((Reasons.InvalidPlan, true), (plan.Fault!.Reason, plan.Fault.IsFinal));
        Assert.Contains("at most 63", plan.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_which_nothing_is_left_is_none()
    {
        var review = Given.Step("review") with { Kind = TaskKind.Review, AgentRef = Given.Ref("cloud") };

        var plan = Plan(Given.Pipeline(review) with { AllowCloudReviewers = false });

        Assert.Equal((Reasons.NoPlannerOrPipeline, true), (plan.Fault!.Reason, plan.Fault.IsFinal));
        Assert.Contains("cloud (provider cloud-proxy", plan.Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Numbers_that_no_issue_has_are_refused(int issue) => Assert.Equal(Reasons.InvalidPlan, Plan(Given.Batch(1, issue)).Fault!.Reason);

    [Fact]
    public void An_empty_list_of_issues_is_no_plan() => Assert.Equal(Reasons.NoPlannerOrPipeline, Plan(Given.Batch()).Fault!.Reason);

    private static WorkloadPlan Plan(WorkloadSpec spec) => WorkloadPlan.Of(new(Given.Workload("w", spec)) { Agents = Given.Agents }, _ => StepResult.Unmade);
}
