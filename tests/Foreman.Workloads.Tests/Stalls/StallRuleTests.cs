using Foreman.Api;

namespace Foreman.Workloads.Tests.Stalls;

public sealed class StallRuleTests
{
    private static readonly TaskProgress Idle = new() { Turn = 40, Edits = 0, WorkedSeconds = 3000 };

    [Theory]
    [InlineData(300, 901, true)]
    [InlineData(300, 900, false)]
    [InlineData(10, 601, true)]
    [InlineData(10, 600, false)]
    [InlineData(10, 31, false)]
    public void A_run_stalls_beyond_three_medians_and_ten_minutes(int median, long worked, bool stalls) =>
        Assert.Equal(stalls, StallRule.Why(Running(Idle with { WorkedSeconds = worked }), Usual(median)) is not null);

    [Fact]
    public void It_is_told_why() => Assert.Equal(
        "Stalled: it worked for 3000 s without a change of a file; half of the runs of its Agent and kind that reached their target took 300 s or less.",
        StallRule.Why(Running(Idle), Usual(300)));

    [Fact]
    public void A_run_that_has_changed_something_waits_or_does_not_say_is_not_judged()
    {
        Assert.True(StallRule.IsSuspect(Running(Idle)));
        Assert.False(StallRule.IsSuspect(Running(Idle with { Edits = 1 })));
        Assert.False(StallRule.IsSuspect(Running(Idle with { Edits = null })));
        Assert.False(StallRule.IsSuspect(Running(Idle with { WorkedSeconds = null })));
        Assert.False(StallRule.IsSuspect(Running(Idle with { Waiting = new() { Reason = Reasons.ModelBusy } })));
        var task = Running(Idle);
        Assert.False(StallRule.IsSuspect(task with { Status = task.Status with { Branch = "b" } }));
        Assert.False(StallRule.IsSuspect(task with { Status = task.Status with { Progress = null } }));
        Assert.False(StallRule.IsSuspect(task with { Status = task.Status with { Phase = TaskPhase.Scheduled } }));
        Assert.False(StallRule.IsSuspect(task.Ended(RunEnd.Go)));
    }

    [Fact]
    public void Only_work_on_files_is_judged()
    {
        Assert.True(StallRule.IsJudged(Given.Child("w", "a", TaskKind.IssueFix)));
        Assert.True(StallRule.IsJudged(Given.Child("w", "a").With(s => s with { Payload = s.Payload with { Repo = "o/r" } })));
        Assert.False(StallRule.IsJudged(Given.Child("w", "a")));
        Assert.False(StallRule.IsJudged(Given.Child("w", "a", TaskKind.Review)));
        Assert.False(StallRule.IsJudged(Given.Child("w", "a", TaskKind.Verify)));
    }

    [Fact]
    public void Nothing_is_ended_before_enough_is_known() => Assert.Null(StallRule.Why(Running(Idle), UsualTimes.None));

    internal static AgenticTask Running(TaskProgress progress)
    {
        var task = Given.Child("w", "code-1", TaskKind.IssueFix).Running();
        return task with { Status = task.Status with { Progress = progress } };
    }

    internal static UsualTimes Usual(int seconds) =>
        UsualTimes.Of(Enumerable.Range(0, UsualTimes.MinSamples).Select(n => Given.Child("old", $"code-{n}", TaskKind.IssueFix).Ended(RunEnd.Go with { Usage = new() { Seconds = seconds } })));
}
