using Foreman.Api;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeRulesTests
{
    public static TheoryData<string, WorkloadSpec> Faulty => new()
    {
        { "leave spec.pipeline out", IntakeWorld.Source() with { Pipeline = [Given.Step("x")] } },
        { "leave spec.issues out", IntakeWorld.Source() with { Issues = [1] } },
        { "needs spec.repo", IntakeWorld.Source() with { Repo = " " } },
        { "spec.source.label is empty", IntakeWorld.Source(s => s with { Label = "" }) },
        { "needs spec.coderAgentRef, or lanes", IntakeWorld.Source() with { CoderAgentRef = null } },
        {
            "Lane \"small\" has no coderAgentRef",
            IntakeWorld.Source(s => s with { Lanes = [new() { Label = "large", CoderAgentRef = Given.Ref("senior") }, new() { Label = "small" }] }) with { CoderAgentRef = null }
        },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void What_cannot_be_done_is_refused_for_good(string message, WorkloadSpec spec)
    {
        var fault = IntakeRules.Fault(Given.Workload("night", spec));

        Assert.True(fault is { IsFinal: true, Reason: Reasons.InvalidPlan });
        Assert.Contains(message, fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_room_for_the_number_of_an_issue()
    {
        Assert.Null(IntakeRules.Fault(Given.Workload(new string('a', 53), IntakeWorld.Source())));
        Assert.Contains("at most 53 characters", IntakeRules.Fault(Given.Workload(new string('a', 54), IntakeWorld.Source()))!.Message, StringComparison.Ordinal);
        Assert.Equal(63, IntakeChild.Name(Given.Workload(new string('a', 53), IntakeWorld.Source()), IntakeChild.MaxIssue).Length);
    }

    [Fact]
    public void A_Workload_with_tasks_of_its_own_becomes_no_source()
    {
        var begun = Given.Workload("night", IntakeWorld.Source()) with { Status = new() { Tasks = [new() { Name = "night-code-1" }] } };

        Assert.Contains("create another one", IntakeRules.Fault(begun)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var fault = IntakeRules.Fault(Given.Workload("night", new() { Intent = "x", Issues = [1], Source = new() { Label = "foreman" } }))!;

        Assert.Contains("spec.issues", fault.Message, StringComparison.Ordinal);
        Assert.Contains("spec.repo", fault.Message, StringComparison.Ordinal);
        Assert.Contains("spec.coderAgentRef", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lanes_with_coders_need_none_of_the_spec() =>
        Assert.Null(IntakeRules.Fault(Given.Workload("night", IntakeWorld.Source(s => s with { Lanes = [new() { Label = "large", CoderAgentRef = Given.Ref("senior") }] }) with { CoderAgentRef = null })));
}
