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
        var snapshot = new IntakeWorld().Snapshot() with { Listing = new([new(1_000_000_000, ["foreman"])], IsCut: false, Given.Now) };

        Assert.Equal("its number has more than 9 digits", Assert.Single(IntakeQueue.Of(snapshot, mayTake: true).Skipped).Reason);
    }

    [Fact]
    public void An_issue_that_is_marked_and_that_nobody_here_works_on_is_told_until_the_mark_is_gone()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 1 })).With(1, 2, 3);
        world.Issues[2].Add("Foreman:In-Progress");
        world.Issues[3].Add("foreman:in-progress");
        world.Issues[3].Add("foreman:done");
        world.Poll();

        Assert.Equal(
            [new SkippedIssue { Issue = 2, Reason = "it has the label foreman:in-progress and no Workload of this source; take the label away when nobody works on it" }],
            world.Intake.Skipped);
        Assert.Equal((1, 0, 0, 0), world.Counts);
        world.Issues[2].Remove("foreman:in-progress");
        var asked = IntakeQueue.Of(world.Snapshot() with { PullRequests = null }, mayTake: true);
        Assert.Equal((0, 1), (asked.Skipped.Length, asked.Waiting));
    }

    [Fact]
    public void The_branch_of_an_escalation_is_looked_for_too()
    {
        var large = new SourceLane { Label = "large", EscalationCoderAgentRef = Given.Ref("senior") };
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 2, Lanes = [large] })).With(1, 2, 3);
        world.Issues[1].Add("large");
        var snapshot = world.Snapshot() with { Branches = new Dictionary<string, bool>() };

        Assert.Equal(["foreman/night-1/issue-1", "foreman/night-1/issue-1-esc", "foreman/night-2/issue-2"], IntakeQueue.Of(snapshot, mayTake: true).Unknown);
        var half = snapshot with { Branches = new Dictionary<string, bool> { ["foreman/night-1/issue-1"] = false } };
        Assert.Equal("foreman/night-1/issue-1-esc", IntakeQueue.Of(half, mayTake: true).Unknown[0]);
        Assert.Empty(IntakeQueue.Of(half, mayTake: true).Taken);
        world.Branches.Add("foreman/night-1/issue-1-esc");
        var queue = IntakeQueue.Of(world.Snapshot(), mayTake: true);
        Assert.Equal([2L, 3], queue.Taken.Select(i => i.Number));
        Assert.Equal("branch foreman/night-1/issue-1-esc is there from before: delete it, or set spec.allowOverwrite", Assert.Single(queue.Skipped).Reason);
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
