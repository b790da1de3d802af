namespace Foreman.Kubernetes.Tests;

public sealed class RetryAfterGateTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void It_opens_when_the_time_is_over()
    {
        var gate = new RetryAfterGate(_time);
        Assert.Equal(TimeSpan.Zero, gate.Remaining);

        gate.Block(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(TimeSpan.FromSeconds(1), gate.Remaining);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, gate.Remaining);
    }

    [Fact]
    public void The_longest_wait_asked_for_counts()
    {
        var gate = new RetryAfterGate(_time);

        gate.Block(TimeSpan.FromSeconds(30));
        gate.Block(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(30), gate.Remaining);
        _time.Advance(TimeSpan.FromSeconds(20));
        gate.Block(TimeSpan.FromSeconds(15));

        Assert.Equal(TimeSpan.FromSeconds(15), gate.Remaining);
    }

    [Fact]
    public void No_wait_is_shorter_than_a_second()
    {
        var gate = new RetryAfterGate(_time);

        gate.Block(TimeSpan.Zero);

        Assert.Equal(RetryAfterGate.MinimumWait, gate.Remaining);
    }
}
