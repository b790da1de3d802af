using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Kept;

public sealed class KeptGroupTests
{
    // In the order of their names, at places that are not.
    private static readonly AgenticTask[] Tasks = [.. Enumerable.Range(0, 9).Select(i => Given.Task($"t{i * 5 % 9}"))];

    private static readonly KeptGroup Empty = new(new(0, new("NoMatchingNode", "why"), 0, new("default", null), IsBegun: false), []);

    [Fact]
    public void Tasks_that_are_added_come_in_the_order_of_their_turns()
    {
        var group = Empty.With([3, 0, 8], Tasks).With([5, 1], Tasks).With([2, 4, 6, 7], Tasks);

        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"t{i}"), group.Places.Select(p => Tasks[p].Name()));
    }

    [Fact]
    public void What_is_known_of_those_that_stay_is_kept_with_them()
    {
        var group = Empty.With([0, 2, 4], Tasks);
        group = group with { Told = [.. group.Places.Select(p => new ToldMember(null, p))], Held = new(group.Key.Says, 3, TimeSpan.FromSeconds(1)) };

        var less = group.Without([2]);
        var moved = less.Moved([10, -1, -1, -1, 14]);

        Assert.Equal(group.Places.Where(p => p != 2), less.Places);
        Assert.Equal(less.Places.Select(p => (double)p), less.Told!.Select(t => t.Factor));
        Assert.Null(less.Held);
        Assert.Equal(less.Places.Select(p => p + 10), moved.Places);
        Assert.Equal(less.Told!, moved.Told!);
    }
}
