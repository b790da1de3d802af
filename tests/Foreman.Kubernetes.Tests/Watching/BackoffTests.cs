namespace Foreman.Kubernetes.Tests;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0.8)]
    [InlineData(2, 1.6)]
    [InlineData(3, 3.2)]
    [InlineData(6, 25.6)]
    [InlineData(7, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Waits_double_from_0_8_to_30_seconds(int failures, double seconds) =>
        Assert.Equal(seconds, Backoff.Delay(failures, jitter: 0.5).TotalSeconds, precision: 6);

    [Fact]
    public void Jitter_changes_a_wait_by_up_to_a_fifth()
    {
        Assert.Equal(0.64, Backoff.Delay(1, 0).TotalSeconds, precision: 6);
        Assert.Equal(0.96, Backoff.Delay(1, 1).TotalSeconds, precision: 6);
    }
}
