using Foreman.Operator.Loop;

namespace Foreman.Operator.Tests.Loop;

public sealed class RoundPaceTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1.9, 2)]
    [InlineData(7, 7)]
    [InlineData(50, 50)]
    [InlineData(2000, 50)]
    public void A_round_is_followed_by_a_rest_as_long_as_it_took_within_bounds(double took, double rest) =>
        Assert.Equal(TimeSpan.FromMilliseconds(rest), RoundPace.RestAfter(TimeSpan.FromMilliseconds(took)));

    [Theory]
    [InlineData(null, null, 30_000)]
    [InlineData(112_000, null, 12_000)]
    [InlineData(112_000, 500, 500)]
    [InlineData(200_000, 90_000, 30_000)]
    [InlineData(99_000, null, 1)]
    [InlineData(null, -5, 1)]
    public void The_loop_sleeps_until_the_first_time_that_falls_due(int? due, int? expiry, int sleep) =>
        Assert.Equal(TimeSpan.FromMilliseconds(sleep), RoundPace.Sleep(TimeSpan.FromSeconds(100), Milliseconds(due), Milliseconds(expiry)));

    private static TimeSpan? Milliseconds(int? count) => count is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
