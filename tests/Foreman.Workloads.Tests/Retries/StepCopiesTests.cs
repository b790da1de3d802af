using Foreman.Api;

namespace Foreman.Workloads.Tests.Retries;

public class StepCopiesTests
{
    private static readonly StepResult Ended = new(StepState.Succeeded) { Verdict = Verdict.Go };

    [Fact]
    public void The_newest_copy_is_the_last_one_without_a_gap()
    {
        var copies = Of([Step("code")], ("code", Ended), ("code-t1", Ended), ("code-t3", Ended));

        Assert.Equal((1, "code-t1"), (copies.Number("code"), copies.Newest("code")));
        Assert.Equal("code", string.Join(' ', copies.Earlier("code")));
        Assert.Equal(1, copies.Retries);
    }

    [Fact]
    public void A_step_that_is_called_like_a_retry_is_none()
    {
        var copies = Of([Step("code"), Step("code-t1")], ("code", Ended), ("code-t1", Ended));

        Assert.Equal((0, 0), (copies.Number("code"), copies.Retries));
        Assert.Equal("code-t1", copies.Find("code-t1")!.Name);
        Assert.Null(copies.Find("other-t2"));
    }

    [Theory]
    [InlineData("code", 0)]
    [InlineData("code-t1", 1)]
    [InlineData("code-t2", 2)]
    [InlineData(null, 0)]
    [InlineData("", null)]
    public void A_copy_says_which_copies_it_followed(string? follows, int? number)
    {
        var verify = Ended with { Follows = follows?.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        var copies = Of([Step("code"), Step("verify", TaskKind.Verify, "code")], ("code", Ended), ("code-t1", Ended), ("verify", verify));

        Assert.Equal(number is { } n ? [("code", n)] : [], copies.FollowedBy("verify"));
    }

    [Fact]
    public void A_step_elsewhere_that_nobody_recorded_counts_for_nothing()
    {
        var copies = Of([Step("verify", TaskKind.Verify, "code")], ("verify", Ended));

        Assert.Empty(copies.Follows("verify"));
        Assert.Empty(copies.FollowedBy("verify"));
    }

    [Fact]
    public void Only_the_last_copy_is_the_newest()
    {
        var copies = Of([Step("code")], ("code", Ended), ("code-t1", Ended));

        Assert.True(copies.IsNewest("code-t1"));
        Assert.All((string[])["code", "code-t2", "other"], c => Assert.False(copies.IsNewest(c)));
    }

    [Fact]
    public void Records_that_contradict_the_plan_count_for_nothing()
    {
        var copies = Of(
            [Step("code"), Step("verify", TaskKind.Verify, "code"), Step("review", TaskKind.Review, "verify")],
            ("code", Ended with { Follows = ["review"] }), ("verify", Ended with { Follows = ["review", "code", "nobody"] }), ("review", Ended with { Follows = ["verify"] }));

        Assert.Empty(copies.Follows("code"));
        Assert.Equal("code", string.Join(' ', copies.Follows("verify")));
        Assert.Equal("code", string.Join(' ', copies.Judged("review")));
    }

    [Fact]
    public void Whoever_wrote_last_is_judged()
    {
        var copies = Of(
            [Step("code"), Step("docs", TaskKind.Freeform, "code"), Step("verify", TaskKind.Verify, "docs"), Step("review", TaskKind.Review, "verify")],
            ("code", Ended), ("docs", Ended with { Follows = ["code"] }), ("docs-t1", Ended with { Follows = ["code"] }),
            ("verify", Ended with { Follows = ["docs-t1"] }), ("review", Ended with { Follows = ["verify"] }));

        Assert.Equal("docs-t1", string.Join(' ', copies.Judged("review")));
    }

    [Fact]
    public void Of_several_writers_those_of_the_branch_are_judged()
    {
        var one = Step("one") with { Payload = new() { Branch = "a" } };
        var two = Step("two") with { Payload = new() { Branch = "b" } };
        var judge = Step("judge", TaskKind.Verify, "one", "two");

        Assert.Equal("one two", Judged(one, two, judge));
        Assert.Equal("two", Judged(one, two, judge with { Payload = new() { Branch = "b" } }));
        Assert.Equal("one", Judged(one, two, judge with { Payload = new() { Branch = "${steps.one.branch}" } }));
    }

    [Fact]
    public void A_writer_that_was_not_taken_is_not_judged()
    {
        var copies = Of([Step("one"), Step("two"), Step("judge", TaskKind.Verify, "one", "two")], ("two", Ended), ("judge", Ended));

        Assert.Equal("two", string.Join(' ', copies.Judged("judge")));
    }

    [Fact]
    public void Names_of_retries_are_read_as_they_are_written()
    {
        Assert.Equal(("code", 12), StepNames.RetryOf(StepNames.Retry("code", 12))!.Value);
        Assert.Equal(("code-t1", 2), StepNames.RetryOf("code-t1-t2")!.Value);
        Assert.Equal("code", StepNames.Retry("code", 0));
        Assert.All((string[])["code", "code-t", "code-t0", "code-t01", "code-tx", "-t1", "code-t1x"], n => Assert.Null(StepNames.RetryOf(n)));
    }

    private static string Judged(params Step[] steps) => string.Join(' ', Of(steps, [.. steps.Select(s => (s.Name, Ended))]).Judged("judge"));

    private static Step Step(string name, TaskKind? kind = null, params string[] dependsOn) => new(name, kind ?? TaskKind.IssueFix, "writer", new()) { DependsOn = [.. dependsOn] };

    private static StepCopies Of(Step[] steps, params (string Name, StepResult Result)[] results)
    {
        var known = results.ToDictionary(r => r.Name, r => r.Result, StringComparer.Ordinal);
        return new([.. steps], n => known.GetValueOrDefault(n, StepResult.Unmade));
    }
}
