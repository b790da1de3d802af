using Foreman.Git.Forges;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Http;

public class ForgeHttpTests
{
    [Fact]
    public async Task A_call_that_takes_too_long_is_unreachable()
    {
        using var server = new SilentServer();
        var clock = new ManualTimeProvider();
        using var forge = Forge.Create(ForgeEndpoint.Parse("gitea", server.Url), null, new ForgeOptions { Tries = 1 }, clock);

        var reading = forge.ReadIssueAsync(ForgeRepository.Parse("acme/widgets")!, 1, default);
        await server.Asked;
        await clock.WaitForTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(31));
        var result = await reading;

        Assert.Equal(ForgeErrorKind.Unreachable, result.Error?.Kind);
        Assert.Contains("no answer within 30 s", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_unreachable_by_name()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        using var forge = Forge.Create(ForgeEndpoint.Parse("gitlab", url), null, new ForgeOptions { CallLimit = TimeSpan.FromDays(1) }, new SkippingClock());

        var result = await forge.ReadIssueAsync(ForgeRepository.Parse("acme/widgets")!, 1, default);

        Assert.Equal(ForgeErrorKind.Unreachable, result.Error?.Kind);
        Assert.Contains($"cannot reach GitLab at {url}", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_unreadable()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Server.Instead = _ => new ForgeAnswer(200, $"{{\"number\":1,\"title\":\"{new string('x', 9 << 20)}\"}}");

        var result = await harness.Forge.ReadIssueAsync(harness.Repository, 1, default);

        Assert.Equal(ForgeErrorKind.Unreadable, result.Error?.Kind);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"number":"one"}""")]
    [InlineData("""{"title":"no number"}""")]
    public async Task An_answer_of_another_shape_is_unreadable(string body)
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Server.Instead = c => c.Path.EndsWith("comments", StringComparison.Ordinal) ? null : new ForgeAnswer(200, body);
        harness.Stored.AddIssue(1, "x", "");

        var result = await harness.Forge.ReadIssueAsync(harness.Repository, 1, default);

        Assert.Equal(ForgeErrorKind.Unreadable, result.Error?.Kind);
        Assert.Contains("number", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_pages_are_read_up_to_a_bound()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea, o => o with { Limits = new ForgeLimits { MaxPages = 5 } });
        harness.Server.Instead = c => new ForgeAnswer(200, "[]") with
        {
            Headers = new Dictionary<string, string> { ["Link"] = $"<{harness.Server.Url}/api/v1/{c.Path}?state=open>; rel=\"next\"" },
        };

        var result = await harness.Forge.ListIssuesAsync(harness.Repository, "foreman", default);

        Assert.Equal((true, 0, 5), (ForgeHarness.Value(result).IsCut, result.Value!.Issues.Count, harness.Server.Calls.Count));
    }

    [Fact]
    public async Task Pages_that_come_slowly_are_read_up_to_a_time_that_is_told()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Server.Instead = c =>
        {
            harness.Clock.Pass(TimeSpan.FromSeconds(29));
            return new ForgeAnswer(200, "[]") with
            {
                Headers = new Dictionary<string, string> { ["Link"] = $"<{harness.Server.Url}/api/v1/{c.Path}?state=open>; rel=\"next\"" },
            };
        };

        var result = await harness.Forge.ListIssuesAsync(harness.Repository, "bug", default);

        Assert.Equal((ForgeErrorKind.Unreachable, 5), (result.Error?.Kind, harness.Server.Calls.Count));
        Assert.EndsWith("is too slow: 145 s of calls were not enough for what was asked of it", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_for_limits_count_for_nothing_among_the_calls()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea, o => o with { AllCallsLimit = TimeSpan.FromSeconds(60) });
        harness.Stored.AddIssue(1, "x", "");
        var faults = new Queue<ForgeFault>([ForgeFault.SecondaryLimit]);
        harness.Server.Fault = _ => faults.TryDequeue(out var fault) ? fault : ForgeFault.None;
        harness.Server.LimitLasts = TimeSpan.FromSeconds(100);

        Assert.Equal("x", ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 1, default)).Title);
        Assert.True(harness.Clock.Elapsed > TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Without_a_token_none_is_sent()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        using var forge = Forge.Create(harness.Endpoint, null, new ForgeOptions(), TimeProvider.System);

        var result = await forge.ReadIssueAsync(harness.Repository, 1, default);

        Assert.Equal(ForgeErrorKind.Unauthorized, result.Error?.Kind);
        Assert.DoesNotContain("Authorization", Assert.Single(harness.Server.Calls).Headers.Keys);
    }
}
