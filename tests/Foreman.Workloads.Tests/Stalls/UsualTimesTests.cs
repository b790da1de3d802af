using Foreman.Api;

namespace Foreman.Workloads.Tests.Stalls;

public sealed class UsualTimesTests
{
    private static readonly AgenticTask Asked = Given.Child("w", "code-1", TaskKind.IssueFix);

    [Theory]
    [InlineData(30, new[] { 10, 20, 30, 40, 5000 })]
    [InlineData(35, new[] { 60, 10, 20, 30, 40, 50 })]
    [InlineData(null, new[] { 10, 20, 30, 40 })]
    public void The_usual_time_is_the_median_of_five_or_more(int? expected, int[] seconds) =>
        Assert.Equal(expected is { } median ? (TimeSpan?)TimeSpan.FromSeconds(median) : null, UsualTimes.Of(seconds.Select((s, n) => Ended(n, s))).For(Asked));

    [Fact]
    public void Only_runs_that_reached_their_target_count()
    {
        AgenticTask[] tasks =
        [
            .. Enumerable.Range(0, 4).Select(n => Ended(n, 10)),
            Ended(4, 10, RunEnd.GaveUp), Ended(5, 10, RunEnd.OutOfTurns), Ended(6, 0), Asked.Running(),
        ];

        Assert.Null(UsualTimes.Of(tasks).For(Asked));
        Assert.NotNull(UsualTimes.Of([.. tasks, Ended(7, 10)]).For(Asked));
    }

    [Fact]
    public void Each_Agent_and_kind_has_its_own()
    {
        var usual = UsualTimes.Of(Enumerable.Range(0, 5).Select(n => Ended(n, 10)));

        Assert.Null(usual.For(Asked.With(s => s with { AgentRef = Given.Ref("senior") })));
        Assert.Null(usual.For(Asked.With(s => s with { AgentRef = null })));
        Assert.NotNull(usual.For(Asked.With(s => s with { AgentRef = null, Payload = s.Payload with { Agent = s.AgentRef!.Name } })));
        Assert.Null(usual.For(Asked.With(s => s with { Kind = TaskKind.Freeform })));
    }

    [Fact]
    public void Numbers_without_sense_break_nothing() =>
        Assert.NotNull(UsualTimes.Of(Enumerable.Range(0, 5).Select(n => Ended(n, long.MaxValue))).For(Asked));

    private static AgenticTask Ended(int number, long seconds, RunEnd? end = null) =>
        Given.Child("old", $"code-{number}", TaskKind.IssueFix).Ended((end ?? RunEnd.Go) with { Usage = new() { Seconds = seconds } });
}
