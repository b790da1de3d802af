using Foreman.Api;

namespace Foreman.Workloads.Tests.Planner;

public sealed class IntentPlannersTests
{
    private static readonly Agent[] Agents =
    [
        Of("coder", AgentRole.Coder), Of("large", AgentRole.Planner, "qwen-large"), Of("small", AgentRole.Planner, "qwen-small"), Of("any", AgentRole.Planner),
    ];

    [Theory]
    [InlineData(null, "large, small, any")]
    [InlineData("", "large, small, any")]
    [InlineData("qwen-large", "large, any")]
    [InlineData("other", "any")]
    public void Planners_are_told_apart_by_their_model(string? model, string expected) =>
        Assert.Equal(expected, string.Join(", ", IntentPlanners.Of(Agents, model).Select(a => a.Metadata.Name)));

    [Fact]
    public void A_planner_does_no_steps_and_one_without_a_model_only_its_own_kind()
    {
        Assert.Equal([true, false, false, false], Agents.Select(IntentPlanners.MayWork));
        Assert.False(IntentPlanners.MayWork(Of("join", AgentRole.Verifier) with { Spec = new() { Role = AgentRole.Verifier, Tools = ["run_integrate", "submit_result"] } }));
        Assert.True(IntentPlanners.MayWork(Of("gate", AgentRole.Verifier) with { Spec = new() { Role = AgentRole.Verifier, Tools = ["run_gate_job", "submit_result"] } }));
    }

    private static Agent Of(string name, AgentRole role, string? model = null) => new() { Metadata = new() { Name = name }, Spec = new() { Role = role, Model = model } };
}
