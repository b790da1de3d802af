using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class BatchAgentsTests
{
    private static readonly BatchRequest Any = new() { Issues = [42] };
    private static readonly Agent[] OfEach = [Of("c", AgentRole.Coder), Of("v", AgentRole.Verifier), Of("r", AgentRole.Reviewer), Of("p", AgentRole.Planner)];

    [Fact]
    public void The_only_agent_of_each_role_is_taken()
    {
        var (chosen, faults) = BatchAgents.Choose(Any, OfEach, "team");

        Assert.Empty(faults);
        Assert.Equal(("c", "v"), (chosen!.Coder, chosen.Verifier));
        Assert.Equal("r", Assert.Single(chosen.Reviewers));
    }

    [Fact]
    public void A_coder_is_needed_and_the_others_are_not()
    {
        var (chosen, _) = BatchAgents.Choose(Any, [Of("c", AgentRole.Coder)], "team");

        Assert.Equal(("c", null, 0), (chosen!.Coder, chosen.Verifier, chosen.Reviewers.Length));
        Assert.Equal("namespace team has no Agent of role coder: create one, or name one with --coder", Fault(Any, []));
    }

    [Fact]
    public void Several_are_named_with_the_flag_that_chooses()
    {
        var (chosen, faults) = BatchAgents.Choose(Any, [.. OfEach, Of("c2", AgentRole.Coder), Of("v2", AgentRole.Verifier), Of("r2", AgentRole.Reviewer)], "team");

        Assert.Null(chosen);
        Assert.Equal(
            [
                "namespace team has several Agents of role coder (c, c2): name one with --coder",
                "namespace team has several Agents of role verifier (v, v2): name one with --verifier, or give --no-verifier",
                "namespace team has several Agents of role reviewer (r, r2): name one or several with --reviewer, or give --no-reviewer",
            ],
            faults.ToArray());
    }

    [Fact]
    public void Who_is_named_for_later_is_not_taken_for_the_first_part()
    {
        var (chosen, faults) = BatchAgents.Choose(
            Any with { EscalationCoder = "big", RevisionCoder = "fix", EscalationReviewers = ["strict"] },
            [.. OfEach, Of("big", AgentRole.Coder), Of("fix", AgentRole.Coder), Of("strict", AgentRole.Reviewer)],
            "team");

        Assert.Empty(faults);
        Assert.Equal("c", chosen!.Coder);
        Assert.Equal("r", Assert.Single(chosen.Reviewers));
    }

    [Fact]
    public void One_that_is_not_usable_is_not_taken_and_says_why()
    {
        var broken = Of("c2", AgentRole.Coder) with
        {
            Status = new() { Conditions = [new() { Type = ConditionTypes.Validated, Status = "False", Reason = Reasons.Unsupported, Message = "spec.execution can't be done" }] },
        };

        Assert.Equal("c", BatchAgents.Choose(Any, [.. OfEach, broken], "team").Agents!.Coder);
        Assert.Equal("no Agent of role coder in namespace team can be used (c2: spec.execution can't be done): mend it, or name one with --coder", Fault(Any, [broken]));
    }

    [Fact]
    public void Those_that_work_without_a_model_neither_write_nor_stand_in_for_another_kind()
    {
        Agent[] agents =
        [
            Of("c", AgentRole.Coder),
            Of("join", AgentRole.Coder) with { Spec = new() { Role = AgentRole.Coder, Tools = ["run_integrate", "submit_result"] } },
            Of("compare", AgentRole.Verifier) with { Spec = new() { Role = AgentRole.Verifier, Tools = ["run_reconcile", "submit_result"] } },
            Of("gate", AgentRole.Verifier) with { Spec = new() { Role = AgentRole.Verifier, Tools = ["run_gate_job", "submit_result"] } },
        ];

        var (chosen, faults) = BatchAgents.Choose(Any, agents, "team");

        Assert.Empty(faults);
        Assert.Equal(("c", "gate"), (chosen!.Coder, chosen.Verifier));
    }

    [Fact]
    public void What_is_named_is_taken_when_it_is_there()
    {
        var batch = Any with { Coder = "c", NoVerifier = true, Reviewers = ["r", "r", "x"] };

        Assert.Equal("Agent x does not exist in namespace team: there are c, p, r, v", Fault(batch, OfEach));
        var (chosen, _) = BatchAgents.Choose(batch with { Reviewers = ["r", "r"] }, OfEach, "team");
        Assert.Equal(("c", null), (chosen!.Coder, chosen.Verifier));
        Assert.Equal("r", Assert.Single(chosen.Reviewers));
    }

    [Fact]
    public void Who_may_not_see_agents_names_all_of_them()
    {
        var (chosen, faults) = BatchAgents.Choose(Any, null, "team");

        Assert.Null(chosen);
        Assert.Equal(3, faults.Length);
        Assert.StartsWith("the identity of the kubeconfig may not list Agents in namespace team", faults[0], StringComparison.Ordinal);
        Assert.NotNull(BatchAgents.Choose(Any with { Coder = "c", NoVerifier = true, Reviewers = ["r"] }, null, "team").Agents);
    }

    [Fact]
    public void Further_reviewers_need_first_ones() =>
        Assert.StartsWith("--escalation-reviewer: it follows a reviewer", Fault(Any with { EscalationReviewers = ["r"] }, OfEach), StringComparison.Ordinal);

    [Fact]
    public void A_workload_that_is_there_keeps_the_agents_that_nobody_names()
    {
        var there = new Workload { Spec = new() { CoderAgentRef = new() { Name = "old" }, VerifierAgentRef = new() { Name = "v" }, ReviewerAgentRefs = [new() { Name = "r" }] } };

        var kept = BatchAgents.Of(Any, there);
        var named = BatchAgents.Of(Any with { Coder = "new", NoVerifier = true, NoReviewer = true }, there);

        Assert.Equal(("old", "v"), (kept.Coder, kept.Verifier));
        Assert.Equal("r", Assert.Single(kept.Reviewers));
        Assert.Equal(("new", null, 0), (named.Coder, named.Verifier, named.Reviewers.Length));
    }

    private static string Fault(BatchRequest batch, Agent[] agents) => Assert.Single(BatchAgents.Choose(batch, agents, "team").Faults);

    private static Agent Of(string name, AgentRole role) => new() { Metadata = new() { Name = name }, Spec = new() { Role = role } };
}
