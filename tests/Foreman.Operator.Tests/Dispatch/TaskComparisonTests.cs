using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class TaskComparisonTests
{
    private static readonly AgenticTask Wanted = Assert.Single(DispatchTasks.Of(new DispatchRequest { Issues = [42], Repo = "o/r", Kind = TaskKind.IssueFix, Prompt = "p" }, "team"));

    [Fact]
    public void What_the_server_adds_and_people_change_while_it_waits_is_no_difference()
    {
        var stored = With(s => s with
        {
            Priority = 5,
            Suspend = true,
            Payload = s.Payload with { BranchStrategy = BranchStrategy.Reset },
        });

        Assert.Empty(TaskComparison.Differences(Wanted, stored));
    }

    [Fact]
    public void Each_field_that_differs_is_named() => Assert.Equal(
        ["spec.agentRef", "spec.gateProfile", "spec.kind", "spec.payload.branchStrategy", "spec.payload.openPullRequest", "spec.payload.prompt"],
        TaskComparison.Differences(Wanted, With(s => s with
        {
            Kind = TaskKind.Freeform,
            AgentRef = new LocalObjectReference { Name = "coder" },
            GateProfile = new GateProfile { Language = GateLanguage.Go },
            Payload = s.Payload with { Prompt = null, OpenPullRequest = false, BranchStrategy = BranchStrategy.Rebase },
        })));

    [Fact]
    public void An_Agent_is_the_same_whichever_field_names_it()
    {
        var wanted = With(s => s with { AgentRef = new LocalObjectReference { Name = "coder" } });

        Assert.Empty(TaskComparison.Differences(wanted, With(s => s with { Payload = s.Payload with { Agent = "coder" } })));
        Assert.Equal(["spec.agentRef"], TaskComparison.Differences(wanted, With(s => s with { Payload = s.Payload with { Agent = "other" } })));
        Assert.Equal(["spec.agentRef"], TaskComparison.Differences(Wanted, With(s => s with { Payload = s.Payload with { Agent = "coder" } })));
    }

    private static AgenticTask With(Func<AgenticTaskSpec, AgenticTaskSpec> change) => Wanted with { Spec = change(Wanted.Spec) };
}
