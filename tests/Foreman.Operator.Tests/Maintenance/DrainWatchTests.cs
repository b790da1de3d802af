using Foreman.Api;
using Foreman.Operator.Maintenance;
using Foreman.Operator.Tests.Fakes;

namespace Foreman.Operator.Tests.Maintenance;

public class DrainWatchTests
{
    [Fact]
    public void What_a_host_has_and_what_has_left_it_is_told_once()
    {
        var (one, two) = (Sample.Task("one").Scheduled(Placement.Node), Sample.Task("two").Scheduled(Placement.Node).Running());
        var first = DrainWatch.Progress.Empty.Next([one, two, Sample.Task("three")], "a");
        var second = first.Next([Sample.Task("one")], "a");
        var back = second.Next([one], "a");

        Assert.Equal(["has   team/one: Scheduled on a", "has   team/two: Running on a"], first.Since(DrainWatch.Progress.Empty));
        Assert.Equal(["left  team/one: Pending", "left  team/two: deleted"], second.Since(first));
        Assert.Empty(second.Next([Sample.Task("one")], "a").Since(second));
        Assert.Equal(["has   team/one: Scheduled on a"], back.Since(second));
        Assert.Equal(["team/two"], back.Left.Keys);
    }
}
