using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Dispatch;

public class BatchRunTests
{
    private static readonly Workload Stored = new()
    {
        Metadata = new() { Name = "w" },
        Spec = new() { CoderAgentRef = new() { Name = "c" }, ReviewerAgentRefs = [new() { Name = "r1" }, new() { Name = "r2" }] },
    };

    [Fact]
    public void A_new_workload_says_who_works_on_it() => Assert.Equal(
        ["Workload w was created in namespace team.", "  coder c, verifier none, reviewers r1, r2"],
        BatchRun.Stored(new StoredWorkload(Stored, IsNew: true), new WorkloadHints("team")));

    [Fact]
    public void One_that_failed_before_says_how_to_do_it_again()
    {
        Assert.Equal(["Workload w is there already in namespace team: new."], BatchRun.Stored(new StoredWorkload(Stored, IsNew: false), new WorkloadHints("team")));
        var failed = new StoredWorkload(Stored with { Status = new() { Phase = WorkloadPhase.Failed } }, IsNew: false);
        Assert.Equal("To do it again, give another --name: its branches are named after it.", BatchRun.Stored(failed, new WorkloadHints("team")).Last());
    }

    [Fact]
    public void An_intent_says_that_it_is_planned_and_how_to_look_first()
    {
        var hints = new WorkloadHints("team");
        var intent = Stored with { Spec = new() { Intent = "make it fast" } };
        var held = intent with { Spec = intent.Spec with { Suspend = true } };

        Assert.Equal("  a planner proposes its steps", BatchRun.Stored(new StoredWorkload(intent, IsNew: true), hints).Last());
        Assert.Equal("  a planner proposes its steps, and nothing of them is done until it is resumed", BatchRun.Stored(new StoredWorkload(held, IsNew: true), hints).Last());
        Assert.Equal(["Watch the work with:", "  foreman-operator workload w -n team --watch"], BatchRun.Next(intent, hints));
        Assert.Equal(["  foreman-operator workload w -n team", "  foreman-operator workload w -n team --resume"], BatchRun.Next(held, hints).Where(l => l.StartsWith(' ')));
    }
}
