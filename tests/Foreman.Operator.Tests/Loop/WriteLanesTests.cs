using Foreman.Operator.Loop;

namespace Foreman.Operator.Tests.Loop;

public class WriteLanesTests
{
    [Fact]
    public void Lanes_go_in_order_and_each_lane_by_arrival()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.CleanUp, "d", "deletion");
        lanes.Add(WriteLane.Event, null, "event");
        lanes.Add(WriteLane.Explanation, "t", "explanation");
        lanes.Add(WriteLane.Assignment, "u", "first");
        lanes.Add(WriteLane.NodeStatus, "n", "host");
        lanes.Add(WriteLane.Assignment, "v", "second");

        Assert.Equal(["first", "second", "host", "explanation", "event", "deletion"], TakeAll(lanes));
    }

    [Fact]
    public void A_newer_write_to_an_object_replaces_the_queued_one()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Explanation, "t", "waits");
        lanes.Add(WriteLane.Assignment, "t", "assigned");

        Assert.Equal(["assigned"], TakeAll(lanes));
    }

    [Fact]
    public void A_queued_assignment_is_sent_before_what_was_decided_after_it()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Assignment, "t", "taken back");
        lanes.Add(WriteLane.Explanation, "t", "waits");
        lanes.Add(WriteLane.Assignment, "t", "assigned");

        Assert.Equal(["taken back", "assigned"], TakeAll(lanes));
        lanes.Add(WriteLane.Explanation, "t", "waits again");
        Assert.Equal(["waits again"], TakeAll(lanes));
    }

    [Fact]
    public void A_newer_explanation_takes_the_turn_of_the_older_one()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Explanation, "t", "old");
        lanes.Add(WriteLane.Explanation, "u", "other");
        lanes.Add(WriteLane.Explanation, "t", "new");

        Assert.Equal(["new", "other"], TakeAll(lanes));
    }

    [Fact]
    public void Slow_writes_of_other_lanes_leave_room_for_the_first()
    {
        var lanes = new WriteLanes<string>(atOnce: 3, atOnceBelowFirst: 2, mostEvents: 10);
        for (var i = 0; i < 5; i++)
        {
            lanes.Add(WriteLane.Explanation, $"t{i}", $"explanation {i}");
        }

        Assert.Equal(["explanation 0", "explanation 1"], TakeAll(lanes));
        lanes.Add(WriteLane.Assignment, "u", "assigned");
        Assert.Equal(["assigned"], TakeAll(lanes));
        lanes.Done(WriteLane.Explanation);
        Assert.Equal(["explanation 2"], TakeAll(lanes));
    }

    [Fact]
    public void No_more_writes_are_under_way_than_may_be()
    {
        var lanes = new WriteLanes<string>(atOnce: 2, atOnceBelowFirst: 1, mostEvents: 10);
        foreach (var name in (string[])["a", "b", "c"])
        {
            lanes.Add(WriteLane.Assignment, name, name);
        }

        Assert.Equal(["a", "b"], TakeAll(lanes));
        lanes.Done(WriteLane.Assignment);
        Assert.Equal(["c"], TakeAll(lanes));
        Assert.False(lanes.IsIdle);
        lanes.Done(WriteLane.Assignment);
        lanes.Done(WriteLane.Assignment);
        Assert.True(lanes.IsIdle);
    }

    [Fact]
    public void The_oldest_event_is_dropped_when_too_many_wait()
    {
        var lanes = new WriteLanes<string>(10, 10, mostEvents: 2);
        Assert.False(lanes.Add(WriteLane.Event, null, "1"));
        Assert.False(lanes.Add(WriteLane.Event, null, "2"));

        Assert.True(lanes.Add(WriteLane.Event, null, "3"));

        Assert.Equal(["2", "3"], TakeAll(lanes));
    }

    [Fact]
    public void While_paused_nothing_is_taken_and_what_was_put_back_goes_first()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Assignment, "t", "first");
        lanes.Add(WriteLane.Assignment, "u", "second");
        Assert.True(lanes.TryTake(out var lane, out var write));
        lanes.PutBack(lane, "t", write);
        lanes.Done(lane);
        lanes.IsPaused = true;
        Assert.Empty(TakeAll(lanes));

        lanes.IsPaused = false;
        Assert.Equal(["first", "second"], TakeAll(lanes));
    }

    [Fact]
    public void What_is_put_back_gives_way_to_a_newer_explanation_but_an_assignment_goes_before_what_came_after_it()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Explanation, "t", "newer");
        lanes.PutBack(WriteLane.Explanation, "t", "older");
        lanes.Add(WriteLane.Assignment, "u", "assigned again");
        lanes.PutBack(WriteLane.Assignment, "u", "taken back");

        Assert.Equal(["taken back", "assigned again", "newer"], TakeAll(lanes));
    }

    [Fact]
    public void A_server_with_too_much_to_do_gets_half_as_many_at_once_and_slowly_more_again()
    {
        var lanes = new WriteLanes<string>(atOnce: 8, atOnceBelowFirst: 4, mostEvents: 10);
        for (var i = 0; i < 20; i++)
        {
            lanes.Add(WriteLane.Assignment, $"t{i}", $"{i}");
        }

        lanes.Slow();
        lanes.Slow();
        Assert.Equal(2, TakeAll(lanes).Count);
        lanes.Quicken();
        Assert.Single(TakeAll(lanes));
        for (var i = 0; i < 4; i++)
        {
            lanes.Slow();
        }

        for (var i = 0; i < 3; i++)
        {
            lanes.Done(WriteLane.Assignment);
        }

        Assert.Single(TakeAll(lanes));
        for (var i = 0; i < 30; i++)
        {
            lanes.Quicken();
        }

        Assert.Equal(7, TakeAll(lanes).Count);
    }

    [Fact]
    public void Mirrors_have_a_bound_of_their_own_and_go_one_at_a_time_before_explanations()
    {
        var lanes = new WriteLanes<string>(10, 10, mostEvents: 10, mostMirrors: 2);
        lanes.Add(WriteLane.Explanation, "t", "why");
        Assert.False(lanes.Add(WriteLane.Mirror, "a", "first"));
        Assert.False(lanes.Add(WriteLane.Mirror, "b", "second"));

        Assert.True(lanes.Add(WriteLane.Mirror, "c", "third"));

        Assert.Equal(["second", "why"], TakeAll(lanes));
        lanes.Done(WriteLane.Mirror);
        Assert.Equal(["third"], TakeAll(lanes));
    }

    [Fact]
    public void A_lane_that_waits_alone_holds_no_other_up()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Event, null, "event");
        lanes.Add(WriteLane.CleanUp, "d", "deletion");

        Assert.True(lanes.WaitAlone(WriteLane.Event, waits: true));
        Assert.False(lanes.WaitAlone(WriteLane.Event, waits: true));
        Assert.Equal(["deletion"], TakeAll(lanes));
        lanes.WaitAlone(WriteLane.Event, waits: false);
        Assert.Equal(["event"], TakeAll(lanes));
    }

    [Fact]
    public void An_event_that_is_put_back_goes_first_unless_its_lane_is_full()
    {
        var lanes = new WriteLanes<string>(10, 10, mostEvents: 2);
        lanes.Add(WriteLane.Event, null, "2");
        Assert.False(lanes.PutBack(WriteLane.Event, null, "1"));
        Assert.Equal(["1", "2"], TakeAll(lanes));

        lanes.Add(WriteLane.Event, null, "4");
        lanes.Add(WriteLane.Event, null, "5");
        Assert.True(lanes.PutBack(WriteLane.Event, null, "3"));
        Assert.Equal(["4", "5"], TakeAll(lanes));
    }

    private static List<string> TakeAll(WriteLanes<string> lanes)
    {
        var taken = new List<string>();
        while (lanes.TryTake(out _, out var write))
        {
            taken.Add(write);
        }

        return taken;
    }
}
