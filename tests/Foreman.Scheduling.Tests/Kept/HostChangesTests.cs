namespace Foreman.Scheduling.Tests.Kept;

/// <summary>Which hosts are looked at again after a decision.</summary>
public sealed class HostChangesTests
{
    // A host whose runs failed stays on probation for long: what is looked at each time because of it is looked at by every decision.
    [Theory]
    [InlineData(10, 20, false)]
    [InlineData(10, 40, true)]
    [InlineData(40, 50, false)]
    public void A_host_on_probation_has_changed_once_its_pause_is_over(int before, int now, bool hasChanged)
    {
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b")]);
        var state = With(failures: 2);
        int[] changed = hasChanged ? [0] : [];

        Assert.Equal(changed, HostChanges.Of(At(cluster, state, before), At(cluster, state, now)) ?? [-1]);
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 2, true)]
    [InlineData(2, 0, true)]
    [InlineData(2, 3, true)]
    public void A_host_has_changed_when_more_than_a_single_failure_has_come_or_gone(int before, int now, bool hasChanged)
    {
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b")]);
        int[] changed = hasChanged ? [0] : [];

        Assert.Equal(changed, HostChanges.Of(At(cluster, With(before), 10), At(cluster, With(now), 10)) ?? [-1]);
    }

    private static SchedulerState With(int failures) => failures == 0 ? SchedulerState.Empty
        : SchedulerState.Empty with { Probations = SchedulerState.Empty.Probations.Add("a", new NodeProbation(failures, TimeSpan.FromSeconds(30))) };

    private static (FleetView Fleet, TimeSpan Uptime) At(ClusterSnapshot cluster, SchedulerState state, int seconds) => (FleetView.From(cluster, state), TimeSpan.FromSeconds(seconds));
}
