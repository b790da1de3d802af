using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class RetryPolicyTests
{
    private static readonly ModelClientOptions Options = new() { MaxRetries = 6 };

    [Fact]
    public void Delays_double_up_to_half_a_minute()
    {
        var delays = Delays(new ModelFailure(ModelFailureKind.ServerError, ""), Options, 0.5);

        Assert.Equal([0.5, 1, 2, 4, 8, 16], delays);
        Assert.Equal(30, Delays(new ModelFailure(ModelFailureKind.ServerError, ""), Options with { MaxRetries = 20 }, 0.5)[^1]);
    }

    [Theory]
    [InlineData(0, 0.4)]
    [InlineData(1, 0.6)]
    public void Delays_are_spread_by_a_fifth(double jitter, double expected) =>
        Assert.Equal(expected, Delays(new ModelFailure(ModelFailureKind.Busy, ""), Options, jitter)[0], 6);

    [Fact]
    public void A_silence_is_tried_once_more_only() => Assert.Single(Delays(new ModelFailure(ModelFailureKind.Silent, ""), Options, 0.5));

    [Fact]
    public void Loading_is_waited_for_beyond_the_retries_within_its_budget() =>
        Assert.Equal(600, Delays(new ModelFailure(ModelFailureKind.Loading, ""), Options, 0.5).Count);

    [Theory]
    [Trait("Kind", "2")]
    [InlineData(0, 600)]
    [InlineData(-5, 600)]
    [InlineData(400_000_000, 1)]
    public void What_a_server_asks_for_neither_spins_nor_waits_for_ever(long seconds, int waits)
    {
        var loading = new ModelFailure(ModelFailureKind.Loading, "") { RetryAfter = TimeSpan.FromSeconds(seconds) };
        var busy = new ModelFailure(ModelFailureKind.Busy, "") { RetryAfter = TimeSpan.FromSeconds(seconds) };

        Assert.Equal(waits, Delays(loading, Options, 0.5).Count);
        Assert.All(Delays(busy, Options, 0.5), d => Assert.InRange(d, 0.5, 600));
    }

    [Theory]
    [InlineData(ModelFailureKind.ContextOverflow)]
    [InlineData(ModelFailureKind.Rejected)]
    [InlineData(ModelFailureKind.Unauthorized)]
    [InlineData(ModelFailureKind.NotAnApi)]
    [InlineData(ModelFailureKind.ModelMismatch)]
    public void What_will_not_do_better_is_not_repeated(object kind) => Assert.Empty(Delays(new ModelFailure((ModelFailureKind)kind, ""), Options, 0.5));

    private static List<double> Delays(ModelFailure failure, ModelClientOptions options, double jitter)
    {
        var delays = new List<double>();
        var history = default(RetryHistory);
        while (RetryPolicy.Next(history, failure, options, jitter) is { } next)
        {
            delays.Add(next.Delay.TotalSeconds);
            history = next.History;
        }

        return delays;
    }
}
