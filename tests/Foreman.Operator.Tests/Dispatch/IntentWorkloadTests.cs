using System.Text.Json;
using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class IntentWorkloadTests
{
    private static readonly BatchRequest Fast = new() { Intent = "make it fast" };
    private static readonly DispatchRequest Request = new() { Repo = "o/r", RepoName = "o/r", Batch = Fast, Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) };

    [Fact]
    public void An_intent_becomes_a_workload_of_nothing_else()
    {
        var workload = IntentWorkload.Of(Request with { Name = "n" }, Fast, "team");
        var more = IntentWorkload.Of(
            Request with { Name = "n", Gate = new() { Language = GateLanguage.Go } }, Fast with { PlannerModel = "large", Suspend = true, MaxTasks = 9, BudgetTokens = 1000 }, "team");

        Assert.Equal(("n", "team"), (workload.Metadata.Name, workload.Metadata.NamespaceProperty));
        Assert.Equal("""{"intent":"make it fast","repo":"o/r"}""", Spec(workload));
        Assert.Equal(
            """{"intent":"make it fast","repo":"o/r","plannerModel":"large","maxTasks":9,"gateProfile":{"language":"go"},"suspend":true,"budget":{"tokens":1000}}""",
            Spec(more));
    }

    [Fact]
    public void Names_have_the_repository_the_time_and_a_mark_of_the_words()
    {
        var names = new[] { (Request, Fast), (Request, Fast with { Intent = "make it small" }), (Request with { RepoName = null, Repo = null }, Fast) }
            .Select(r => IntentWorkload.NameOf(r.Item1, r.Item2)).ToArray();

        Assert.Matches("^o-r-20260102-030405-[0-9a-f]{6}$", names[0]);
        Assert.NotEqual(names[0], names[1]);
        Assert.StartsWith("plan-20260102-030405-", names[2], StringComparison.Ordinal);
        Assert.InRange(IntentWorkload.NameOf(Request with { RepoName = new string('x', 200) }, Fast).Length, 1, 46);
    }

    [Fact]
    public void A_planner_and_somebody_who_works_is_enough() =>
        Assert.Empty(IntentWorkload.Faults(Fast, [Of("p", AgentRole.Planner), Of("c", AgentRole.Coder)], "team"));

    [Fact]
    public void Without_a_planner_a_model_plans() =>
        Assert.Equal(
            (1, 0),
            (IntentWorkload.Faults(Fast, [Of("c", AgentRole.Coder)], "team").Count(), IntentWorkload.Faults(Fast with { PlannerModel = "large" }, [Of("c", AgentRole.Coder)], "team").Count()));

    [Fact]
    public void Everything_that_is_missing_is_told_with_what_to_do() => Assert.Equal(
        [
            "namespace team has no Agent of role planner: create one (tools: [submit_result] are enough), or name a model that plans with --planner-model",
            "namespace team has no Agent that could do a step of a plan: create one, for example of role coder",
        ],
        IntentWorkload.Faults(Fast, [], "team"));

    [Fact]
    public void Several_planners_are_told_apart_by_their_model()
    {
        Agent[] agents = [Of("p1", AgentRole.Planner, "large"), Of("p2", AgentRole.Planner, "small"), Of("c", AgentRole.Coder)];

        Assert.Equal("namespace team has several Agents of role planner (p1, p2): name the model of one with --planner-model", Assert.Single(IntentWorkload.Faults(Fast, agents, "team")));
        Assert.Empty(IntentWorkload.Faults(Fast with { PlannerModel = "large" }, agents, "team"));
        Assert.Contains(
            "for model large (p1, p3): leave one of them",
            Assert.Single(IntentWorkload.Faults(Fast with { PlannerModel = "large" }, [.. agents, Of("p3", AgentRole.Planner, "large")], "team")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_planner_that_cant_be_used_says_why()
    {
        var broken = Of("p", AgentRole.Planner) with
        {
            Status = new() { Conditions = [new() { Type = ConditionTypes.Validated, Status = "False", Reason = Reasons.Unsupported, Message = "spec.execution can't be done" }] },
        };

        Assert.Equal(
            "the Agent of role planner in namespace team can't be used (p: spec.execution can't be done): mend it",
            Assert.Single(IntentWorkload.Faults(Fast, [broken, Of("c", AgentRole.Coder)], "team")));
    }

    [Fact]
    public void Who_may_not_see_agents_leaves_it_to_the_operator() => Assert.Empty(IntentWorkload.Faults(Fast, null, "team"));

    private static string Spec(Workload workload) => JsonSerializer.SerializeToNode(workload, Workload.TypeInfo)!["spec"]!.ToJsonString();

    private static Agent Of(string name, AgentRole role, string? model = null) => new() { Metadata = new() { Name = name }, Spec = new() { Role = role, Model = model } };
}
