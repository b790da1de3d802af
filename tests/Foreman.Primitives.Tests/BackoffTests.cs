namespace Foreman.Primitives.Tests;

public class BackoffTests
{
    private static readonly Backoff Sample = new(TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(int.MinValue, 0.8)]
    [InlineData(0, 0.8)]
    [InlineData(1, 0.8)]
    [InlineData(2, 1.6)]
    [InlineData(5, 12.8)]
    [InlineData(7, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Waits_double_up_to_the_longest(int failures, double seconds) =>
        Assert.Equal(seconds, Sample.Delay(failures, jitter: 0.5).TotalSeconds, precision: 6);

    [Fact]
    public void Jitter_spreads_waits_by_a_fifth()
    {
        Assert.Equal(0.64, Sample.Delay(1, 0).TotalSeconds, precision: 6);
        Assert.Equal(0.96, Sample.Delay(1, 1).TotalSeconds, precision: 6);
    }

    [Fact]
    public void The_spread_can_be_set()
    {
        var halved = Sample with { LeastFactor = 0.5, MostFactor = 1 };

        Assert.Equal(15, halved.Delay(20, 0).TotalSeconds, precision: 6);
        Assert.Equal(30, halved.Delay(20, 1).TotalSeconds, precision: 6);
    }

    [Fact]
    public void A_first_wait_of_a_day_does_not_overflow() =>
        Assert.Equal(TimeSpan.FromDays(10), new Backoff(TimeSpan.FromDays(1), TimeSpan.FromDays(10)).Delay(int.MaxValue, 0.5));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.5, 5)]
    [InlineData(1, 6)]
    public void Another_wait_can_be_spread_alike(double jitter, double seconds) =>
        Assert.Equal(seconds, Sample.Spread(TimeSpan.FromSeconds(5), jitter).TotalSeconds, precision: 6);
}
