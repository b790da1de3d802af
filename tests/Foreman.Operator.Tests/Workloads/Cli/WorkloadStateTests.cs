using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadStateTests
{
    private static readonly Workload Ended = WorkloadSample.Issues().Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

    [Fact]
    public void An_end_counts_only_for_the_present_spec()
    {
        Assert.True(new WorkloadState(Ended).IsOver);
        Assert.False(new WorkloadState(Ended with { Metadata = Ended.Metadata with { Generation = 3 } }).IsOver);
        Assert.False(new WorkloadState(WorkloadSample.Issues()).IsOver);
        Assert.False(new WorkloadState(Ended with { Status = null }).IsOver);
    }

    [Fact]
    public void A_plan_is_held_from_its_first_step_until_it_is_resumed_or_over()
    {
        var held = WorkloadSample.Proposed(WorkloadSample.Step("step-1", StepState.Planned, null));

        Assert.Equal((true, true), (new WorkloadState(held).IsProposed, new WorkloadState(held).HoldsPlan));
        Assert.False(new WorkloadState(held with { Spec = held.Spec with { Suspend = false } }).HoldsPlan);
        Assert.False(new WorkloadState(held.Ended(WorkloadPhase.Failed, Reasons.Cancelled)).HoldsPlan);
        Assert.False(new WorkloadState(held) { IsGone = true }.HoldsPlan);
        Assert.False(new WorkloadState(WorkloadSample.Proposed(WorkloadSample.Step("plan", StepState.Running, null))).HoldsPlan);
    }

    [Fact]
    public void A_deleted_one_is_over() => Assert.True(new WorkloadState(WorkloadSample.Issues()) { IsGone = true }.IsOver);

    [Fact]
    public void Only_tasks_of_this_workload_are_its_own()
    {
        var own = WorkloadSample.Task("code-42", TaskPhase.Running);
        var other = WorkloadSample.Task("code-43", TaskPhase.Running) with { Metadata = own.Metadata with { Name = "x", Labels = null } };

        Assert.Equal(["w-code-42"], WorkloadSample.State(WorkloadSample.Issues(), own, other).Tasks.Keys);
    }
}
