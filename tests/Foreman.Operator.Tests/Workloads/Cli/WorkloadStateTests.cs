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
    public void A_deleted_one_is_over() => Assert.True(new WorkloadState(WorkloadSample.Issues()) { IsGone = true }.IsOver);

    [Fact]
    public void Only_tasks_of_this_workload_are_its_own()
    {
        var own = WorkloadSample.Task("code-42", TaskPhase.Running);
        var other = WorkloadSample.Task("code-43", TaskPhase.Running) with { Metadata = own.Metadata with { Name = "x", Labels = null } };

        Assert.Equal(["w-code-42"], WorkloadSample.State(WorkloadSample.Issues(), own, other).Tasks.Keys);
    }
}
