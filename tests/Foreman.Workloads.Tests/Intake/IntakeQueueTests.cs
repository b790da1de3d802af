using Foreman.Api;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeQueueTests
{
    private static readonly WorkloadSpec Lanes = IntakeWorld.Source(s => s with
    {
        MaxInProgress = 4,
        Lanes = [new() { Label = "large", CoderAgentRef = Given.Ref("senior"), MaxInProgress = 1 }, new() { Label = "small" }],
    });

    [Fact]
    public void A_lane_has_room_of_its_own()
    {
        var world = new IntakeWorld(Lanes).With(1, 2, 3, 4);
        world.Issues[1].Add("large");
        world.Issues[2].Add("Large");
        world.Issues[3].Add("small");

        var queue = IntakeQueue.Of(world.Snapshot(), mayTake: true);

        Assert.Equal([1L, 3, 4], queue.Taken.Select(i => i.Number));
        Assert.Equal(1, queue.Waiting);
    }

    [Fact]
    public void Those_that_a_lane_has_begun_count_though_their_labels_were_changed()
    {
        var world = new IntakeWorld(Lanes).With(1);
        world.Issues[1].Add("large");
        world.Poll();
        world.Issues[1].Remove("large");
        world.With(2);
        world.Issues[2].Add("large");

        Assert.Empty(IntakeQueue.Of(world.Snapshot(), mayTake: true).Taken);
        world.End(1);
        Assert.Equal(2, Assert.Single(IntakeQueue.Of(world.Snapshot(), mayTake: true).Taken).Number);
    }

    [Fact]
    public void An_issue_of_no_lane_is_not_taken_where_nobody_is_named_for_it()
    {
        var world = new IntakeWorld(Lanes with { CoderAgentRef = null, Source = Lanes.Source! with { Lanes = [Lanes.Source.Lanes![0]] } }).With(1, 2);
        world.Issues[2].Add("large");

        var queue = IntakeQueue.Of(world.Snapshot(), mayTake: true);

        Assert.Equal(2, Assert.Single(queue.Taken).Number);
        Assert.Equal(new SkippedIssue { Issue = 1, Reason = "it has the label of no lane, and spec.coderAgentRef is not given" }, Assert.Single(queue.Skipped));
    }

    [Fact]
    public void A_number_that_has_no_room_in_a_name_is_told()
    {
        var snapshot = new IntakeWorld().Snapshot() with { Listing = new([new(1_000_000_000, ["foreman"])], IsCut: false) };

        Assert.Equal("its number has more than 9 digits", Assert.Single(IntakeQueue.Of(snapshot, mayTake: true).Skipped).Reason);
    }

    [Fact]
    public void The_reasons_that_are_kept_are_bounded()
    {
        var world = new IntakeWorld().With([.. Enumerable.Range(1, 80)]);
        world.Pulls.AddRange(Enumerable.Range(1, 80).Select(i => new OpenPullRequest(100 + i, $"foreman/other/issue-{i}", "", "")));

        var queue = IntakeQueue.Of(world.Snapshot(), mayTake: true);

        Assert.Equal(IntakeQueue.MostSkipped, queue.Skipped.Length);
        Assert.Empty(queue.Taken);
    }

    [Fact]
    public void Nothing_is_asked_while_nothing_is_taken()
    {
        var world = new IntakeWorld().With(1, 2);

        var queue = IntakeQueue.Of(world.Snapshot() with { PullRequests = null, Branches = new Dictionary<string, bool>() }, mayTake: false);

        Assert.Equal((0, 2, false, 0), (queue.Taken.Length, queue.Waiting, queue.NeedsPullRequests, queue.Unknown.Length));
    }
}
