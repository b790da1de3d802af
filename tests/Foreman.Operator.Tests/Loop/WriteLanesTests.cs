using Foreman.Operator.Loop;

namespace Foreman.Operator.Tests.Loop;

public class WriteLanesTests
{
    [Fact]
    public void Lanes_go_in_order_and_each_lane_by_arrival()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Event, null, "event");
        lanes.Add(WriteLane.Explanation, "t", "explanation");
        lanes.Add(WriteLane.Placement, "u", "first");
        lanes.Add(WriteLane.NodeStatus, "n", "host");
        lanes.Add(WriteLane.Placement, "v", "second");

        Assert.Equal(["first", "second", "host", "explanation", "event"], TakeAll(lanes));
    }

    [Fact]
    public void A_newer_write_to_an_object_replaces_the_queued_one()
    {
        var lanes = new WriteLanes<string>(10, 10, 10);
        lanes.Add(WriteLane.Explanation, "t", "waits");
        lanes.Add(WriteLane.Placement, "t", "assigned");

        Assert.Equal(["assigned"], TakeAll(lanes));
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
        lanes.Add(WriteLane.Placement, "u", "assigned");
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
            lanes.Add(WriteLane.Placement, name, name);
        }

        Assert.Equal(["a", "b"], TakeAll(lanes));
        lanes.Done(WriteLane.Placement);
        Assert.Equal(["c"], TakeAll(lanes));
        Assert.False(lanes.IsIdle);
        lanes.Done(WriteLane.Placement);
        lanes.Done(WriteLane.Placement);
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
