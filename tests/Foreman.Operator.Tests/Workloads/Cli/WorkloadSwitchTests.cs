using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadSwitchTests
{
    [Fact]
    public void What_has_ended_or_was_cancelled_is_not_held()
    {
        var running = WorkloadSample.Issues();
        var cancelled = running with { Spec = running.Spec with { Cancel = true } };

        Assert.Null(WorkloadSwitch.Refusal(running, WorkloadChange.Suspend));
        Assert.StartsWith("Workload w has ended already (Completed)", WorkloadSwitch.Refusal(running.Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), WorkloadChange.Cancel), StringComparison.Ordinal);
        Assert.Contains("can't be taken back", WorkloadSwitch.Refusal(cancelled, WorkloadChange.Resume), StringComparison.Ordinal);
        Assert.Null(WorkloadSwitch.Refusal(cancelled, WorkloadChange.Cancel));
    }

    [Theory]
    [InlineData(nameof(WorkloadChange.Suspend), """[{"op":"test","path":"/metadata/uid","value":"uid-w"},{"op":"add","path":"/spec/suspend","value":true}]""")]
    [InlineData(nameof(WorkloadChange.Resume), """[{"op":"test","path":"/metadata/uid","value":"uid-w"},{"op":"add","path":"/spec/suspend","value":false}]""")]
    [InlineData(nameof(WorkloadChange.Cancel), """[{"op":"test","path":"/metadata/uid","value":"uid-w"},{"op":"add","path":"/spec/cancel","value":true}]""")]
    public void Only_this_workload_is_changed(string change, string patch) =>
        Assert.Equal(patch, WorkloadSwitch.Patch(WorkloadSample.Issues(), Enum.Parse<WorkloadChange>(change)).Content.ToJsonString());

    [Fact]
    public void Each_change_says_what_comes_next()
    {
        var hints = new WorkloadHints("team");

        Assert.EndsWith("foreman-operator workload w -n team --resume", WorkloadSwitch.Told("w", WorkloadChange.Suspend, hints), StringComparison.Ordinal);
        Assert.EndsWith("foreman-operator workload w -n team --watch", WorkloadSwitch.Told("w", WorkloadChange.Resume, hints), StringComparison.Ordinal);
        Assert.Contains("is cancelled", WorkloadSwitch.Told("w", WorkloadChange.Cancel, hints), StringComparison.Ordinal);
    }
}
