namespace Foreman.Kubernetes.Tests;

public sealed class RetryBackoffTests
{
    [Theory]
    [InlineData(1, 0.005)]
    [InlineData(2, 0.01)]
    [InlineData(11, 5.12)]
    [InlineData(15, 81.92)]
    [InlineData(16, 1000)]
    [InlineData(int.MaxValue, 1000)]
    public void Waits_double_up_to_the_last_retry_and_then_stay_at_the_maximum(int failures, double seconds) =>
        Assert.Equal(seconds, new RetryBackoff().Delay(failures, 0).TotalSeconds, 6);

    [Fact]
    public void Jitter_makes_waits_shorter_never_longer()
    {
        var backoff = new RetryBackoff { Base = TimeSpan.FromSeconds(1), Jitter = 0.5 };

        Assert.Equal(0.5, backoff.Delay(1, 1).TotalSeconds, 6);
        Assert.Equal(0.75, backoff.Delay(1, 0.5).TotalSeconds, 6);
    }

    [Fact]
    public void Many_retries_do_not_overflow() =>
        Assert.Equal(TimeSpan.FromHours(1), new RetryBackoff { Max = TimeSpan.FromHours(1), Retries = int.MaxValue }.Delay(int.MaxValue, 0));

    [Theory]
    [InlineData(0, 1, 1, 0.1)]
    [InlineData(2, 1, 1, 0.1)]
    [InlineData(1, 2, -1, 0.1)]
    [InlineData(1, 2, 1, 1.1)]
    [InlineData(1, 2, 1, double.NaN)]
    public void Numbers_out_of_range_are_refused(int first, int max, int retries, double jitter) => Assert.Throws<ArgumentException>(() => new WorkQueue<int>(new()
    {
        Backoff = new() { Base = TimeSpan.FromSeconds(first), Max = TimeSpan.FromSeconds(max), Retries = retries, Jitter = jitter },
    }));
}
