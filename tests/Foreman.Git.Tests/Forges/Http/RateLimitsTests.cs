using Foreman.Git.Forges.Http;

namespace Foreman.Git.Tests.Forges.Http;

public class RateLimitsTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Retry_after_counts_before_everything_else() =>
        Assert.Equal(TimeSpan.FromSeconds(7), Of(403, ("Retry-After", "7"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{Now.ToUnixTimeSeconds() + 900}"))!.Wait);

    [Fact]
    public void A_date_is_counted_by_the_clock_of_the_forge() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Of(429, ("Date", "Fri, 14 Mar 2031 05:00:00 GMT"), ("Retry-After", "Fri, 14 Mar 2031 05:00:30 GMT"))!.Wait);

    [Theory]
    [InlineData("X-RateLimit-Remaining", "X-RateLimit-Reset")]
    [InlineData("RateLimit-Remaining", "RateLimit-Reset")]
    public void A_used_up_limit_is_waited_for_until_its_reset_by_the_clock_of_the_forge(string remaining, string reset)
    {
        var forge = Now.AddHours(3);

        var limit = Of(429, ("Date", forge.ToString("R")), (remaining, "0"), (reset, $"{forge.ToUnixTimeSeconds() + 40}"));

        Assert.Equal(TimeSpan.FromSeconds(41), limit!.Wait);
    }

    [Fact]
    public void A_refusal_that_names_a_limit_without_a_time_is_a_limit() =>
        Assert.Equal(new RateLimit(null, "secondary rate limit"), RateLimits.Of(403, _ => null, "You have exceeded a secondary rate limit", Now));

    [Fact]
    public void Too_many_requests_is_a_limit_without_any_header() => Assert.Null(Of(429)!.Wait);

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public void Other_refusals_are_none(int status) => Assert.Null(Of(status, ("X-RateLimit-Remaining", "12")));

    [Fact]
    public void The_last_request_of_a_limit_holds_the_next_one()
    {
        Assert.Equal(TimeSpan.FromSeconds(11), RateLimits.BeforeNext(Headers(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{Now.ToUnixTimeSeconds() + 10}")), Now));
        Assert.Null(RateLimits.BeforeNext(Headers(("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", $"{Now.ToUnixTimeSeconds() + 10}")), Now));
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("")]
    public void What_is_no_time_is_none(string text)
    {
        Assert.Null(RateLimits.RetryAfter(Headers(("Retry-After", text)), Now));
        Assert.Null(Of(429, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", text))!.Wait);
    }

    [Fact]
    public void A_reset_in_the_past_waits_for_the_rounding_only() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Of(429, ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "1000"))!.Wait);

    private static RateLimit? Of(int status, params (string, string)[] headers) => RateLimits.Of(status, Headers(headers), "", Now);

    private static Func<string, string?> Headers(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase).GetValueOrDefault;
}
