using Foreman.Api;

namespace Foreman.Scheduling.Tests.Matching;

public class TaskHistoryTests
{
    [Fact]
    public void A_task_that_went_well_so_far_has_none()
    {
        Assert.Null(Of(TimeSpan.Zero));
        Assert.Null(Of(TimeSpan.Zero, On("a", AttemptOutcome.Preempted), On("a", AttemptOutcome.Unclaimed)));
    }

    [Fact]
    public void Each_bad_attempt_on_a_host_counts_against_it()
    {
        var history = Of(TimeSpan.FromHours(1), On("a", AttemptOutcome.Lost), On("b", AttemptOutcome.Declined), On("a", AttemptOutcome.Failed))!;

        Assert.Equal((2, 1, 0), (history.Failures("a"), history.Failures("b"), history.Failures("c")));
        Assert.False(history.ExcludesAny);
        Assert.Empty(history.Pauses);
    }

    [Theory]
    [InlineData(9.9, true)]
    [InlineData(10, false)]
    public void A_host_that_declined_last_is_left_out_for_ten_seconds(double age, bool excluded)
    {
        var history = Of(TimeSpan.FromSeconds(age), On("b", AttemptOutcome.Declined), On("a", AttemptOutcome.Declined))!;

        Assert.Equal((excluded, false), (history.Excludes("a"), history.Excludes("b")));
        Assert.Equal(excluded ? "which just declined" : null, history.Violations("a").SingleOrDefault()?.Summary);
        Assert.Equal(excluded ? 1 : 0, history.Pauses.Count(p => p == TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 29.9, true)]
    [InlineData(2, 30, false)]
    [InlineData(3, 59.9, true)]
    public void A_host_that_lost_the_task_twice_is_left_out_for_longer_each_time(int losses, double age, bool excluded)
    {
        var history = Of(TimeSpan.FromSeconds(age), [.. Enumerable.Repeat(On("a", AttemptOutcome.Lost), losses)])!;

        Assert.Equal(excluded, history.Excludes("a"));
        Assert.All(history.Violations("a"), v => Assert.True(v.Temporary));
    }

    [Fact]
    public void A_loss_in_the_operator_is_not_the_hosts()
    {
        var lost = On("a", AttemptOutcome.Lost) with { Placement = Placement.Operator };

        Assert.False(Of(TimeSpan.Zero, lost, lost)!.Excludes("a"));
    }

    private static TaskAttempt On(string node, AttemptOutcome outcome) => new() { Attempt = 1, Node = node, Placement = Placement.Node, Outcome = outcome };

    private static TaskHistory? Of(TimeSpan age, params TaskAttempt[] attempts) => TaskHistory.Of(Given.Task("t").After(attempts), age, PlacementRegistry.Default);
}
