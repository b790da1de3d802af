using Foreman.Git.Forges;
using Foreman.Runner.Repositories;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Repositories;

public sealed class ForgePatienceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_limit_is_waited_for_as_long_as_the_forge_says()
    {
        Assert.Equal(TimeSpan.FromMinutes(4), Wait(ForgeErrorKind.RateLimited, until: Now + TimeSpan.FromMinutes(4)));
        Assert.Equal(TimeSpan.FromSeconds(1), Wait(ForgeErrorKind.RateLimited, until: Now - TimeSpan.FromMinutes(4)));
        Assert.Equal(TimeSpan.FromMinutes(1), Wait(ForgeErrorKind.RateLimited));
    }

    [Fact]
    public void A_forge_that_does_not_answer_is_asked_again_ever_less_often()
    {
        Assert.Equal([5, 10, 20, 40, 60, 60], Enumerable.Range(1, 6).Select(tries => (int)Wait(ForgeErrorKind.Unreachable, tries)!.Value.TotalSeconds));
    }

    [Theory]
    [InlineData(ForgeErrorKind.NotFound)]
    [InlineData(ForgeErrorKind.Unauthorized)]
    [InlineData(ForgeErrorKind.Forbidden)]
    [InlineData(ForgeErrorKind.Conflict)]
    [InlineData(ForgeErrorKind.Refused)]
    [InlineData(ForgeErrorKind.Unreadable)]
    [InlineData(ForgeErrorKind.Fenced)]
    public void What_would_end_the_same_is_not_tried_again(ForgeErrorKind kind) => Assert.Null(Wait(kind));

    [Fact]
    public async Task It_is_asked_until_it_answers()
    {
        var clock = new ManualTimeProvider(Now);
        var asked = 0;
        var answer = new ForgePatience(clock).AskAsync(
            () => Task.FromResult(++asked < 3 ? new ForgeError(ForgeErrorKind.Unreachable, "no") : null), e => e, ForgePatience.Most, CancellationToken.None);

        Assert.Equal(1, asked);
        clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => asked == 2 && clock.PendingTimers == 1, "the second try");
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await answer);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_limit_that_lasts_longer_than_all_patience_is_not_waited_for()
    {
        var limit = new ForgeError(ForgeErrorKind.RateLimited, "no") { Until = Now + ForgePatience.Most + TimeSpan.FromSeconds(1) };

        Assert.Same(limit, await new ForgePatience(new ManualTimeProvider(Now)).AskAsync(() => Task.FromResult(limit), e => e, ForgePatience.Most, CancellationToken.None));
    }

    [Fact]
    public async Task Waits_add_up_to_what_there_is_and_no_more()
    {
        var clock = new ManualTimeProvider(Now);
        var asked = 0;
        var answer = new ForgePatience(clock).AskAsync(
            () => Task.FromResult(new ForgeError(ForgeErrorKind.Unreachable, $"no {++asked}")), e => e, TimeSpan.FromSeconds(15), CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => asked == 2 && clock.PendingTimers == 1, "the second try");
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("no 3", (await answer).Message);
    }

    [Fact]
    public async Task Calls_that_take_long_count_too()
    {
        var clock = new ManualTimeProvider(Now);
        var asked = 0;
        var answer = new ForgePatience(clock).AskAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(12));
                return Task.FromResult(new ForgeError(ForgeErrorKind.Unreachable, $"no {++asked}"));
            },
            e => e,
            TimeSpan.FromSeconds(15),
            CancellationToken.None);

        Assert.Equal("no 1", (await answer.WaitAsync(TestDeadline.Default)).Message);
    }

    [Theory]
    [InlineData(4200, 0, 600)]
    [InlineData(1800, 1500, 240)]
    [InlineData(1800, 1790, 0)]
    [InlineData(1800, 2000, 0)]
    public void A_run_waits_no_longer_than_its_own_time_lets_it(int time, int elapsed, int expected) =>
        Assert.Equal(expected, ForgePatience.Of(TimeSpan.FromSeconds(time), TimeSpan.FromSeconds(elapsed)).TotalSeconds);

    private static TimeSpan? Wait(ForgeErrorKind kind, int tries = 1, DateTimeOffset? until = null) => ForgePatience.WaitOf(new ForgeError(kind, "no") { Until = until }, tries, Now);
}
