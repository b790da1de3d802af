namespace Foreman.Kubernetes.Tests;

public sealed class LruMapTests
{
    [Fact]
    public void The_least_recently_set_key_is_evicted_when_the_map_is_full()
    {
        var map = new LruMap<string, int>(2).Set("a", 1).Set("b", 2).Set("a", 3).Set("c", 4);

        Assert.Equal(2, map.Count);
        Assert.True(map.TryGet("a", out var value));
        Assert.Equal(3, value);
        Assert.False(map.TryGet("b", out _));
        Assert.True(map.TryGet("c", out _));
    }

    [Fact]
    public void A_map_is_a_value_that_does_not_change()
    {
        var before = new LruMap<string, int>(1).Set("a", 1);
        before.Set("b", 2);

        Assert.True(before.TryGet("a", out _));
    }
}
