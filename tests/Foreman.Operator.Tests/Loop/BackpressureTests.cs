using Foreman.Operator.Loop;

namespace Foreman.Operator.Tests.Loop;

public sealed class BackpressureTests
{
    [Fact]
    public void Assignments_under_way_never_exceed_64() => Assert.InRange(Backpressure.AtOnce, Backpressure.AtOnceBelowFirst + 1, 64);

    [Fact]
    public void Every_lane_whose_decisions_are_left_out_has_a_bound() =>
        Assert.All(Enum.GetValues<WriteLane>().Where(Backpressure.LeavesOut), lane => Assert.NotNull(Backpressure.MostQueued(lane)));

    [Theory]
    [InlineData(0, 1024, false)]
    [InlineData(512, 512, false)]
    [InlineData(513, 511, true)]
    [InlineData(1024, 0, true)]
    [InlineData(5000, 0, true)]
    public void A_lane_has_room_for_what_is_missing_to_its_bound_and_is_crowded_when_more_than_half_is_taken(int queued, int room, bool isCrowded)
    {
        Assert.Equal(room, Backpressure.Room(WriteLane.Assignment, queued));
        Assert.Equal(isCrowded, Backpressure.IsCrowded(WriteLane.Assignment, queued));
    }

    [Fact]
    public void A_lane_without_a_bound_always_has_room()
    {
        Assert.Equal(int.MaxValue, Backpressure.Room(WriteLane.NodeStatus, 100_000));
        Assert.False(Backpressure.IsCrowded(WriteLane.NodeStatus, 100_000));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    [InlineData(600, 60)]
    public void A_pause_lasts_as_long_as_the_server_asks_within_bounds(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backpressure.Pause(TimeSpan.FromSeconds(asked)));

    [Fact]
    public void Only_what_is_for_people_waits_alone() =>
        Assert.Equal([WriteLane.Mirror, WriteLane.Event], Enum.GetValues<WriteLane>().Where(Backpressure.WaitsAlone));
}
