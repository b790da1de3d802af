using Foreman.Runner.Fencing;

namespace Foreman.Runner.Tests.Fencing;

public sealed class RetryDelayTests
{
    [Fact]
    public void Waits_double_up_to_a_bound()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(50), RetryDelay.After(1, null, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(100), RetryDelay.After(2, null, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(400), RetryDelay.After(4, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(7.5), RetryDelay.After(1000, null, 0));
    }

    [Fact]
    public void Waits_of_many_are_spread_over_half_their_length() =>
        Assert.Equal(TimeSpan.FromMilliseconds(75), RetryDelay.After(1, null, 0.5));

    [Fact]
    public void The_server_may_ask_for_a_longer_wait_but_not_for_a_shorter_one()
    {
        Assert.True(RetryDelay.After(1, TimeSpan.FromSeconds(30), 0.9) >= TimeSpan.FromSeconds(30));
        Assert.Equal(RetryDelay.After(6, null, 0.2), RetryDelay.After(6, TimeSpan.FromMilliseconds(1), 0.2));
    }
}
