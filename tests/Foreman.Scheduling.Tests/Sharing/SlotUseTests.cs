using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Sharing;

public class SlotUseTests
{
    private static readonly FairShareSettings Settings = new();

    [Fact]
    public void An_ended_run_counts_its_seconds_and_the_tokens_that_no_cache_had()
    {
        var use = Assert.Single(SlotUse.Ended(With(new() { PromptTokens = 9000, CachedTokens = 8000, CompletionTokens = 500 }, AttemptOutcome.Succeeded))).Use;

        Assert.Equal(new SlotUse(100, 9500, 1500), use);
        Assert.Equal(101_500, use.MilliTokenSeconds(Settings));
    }

    [Fact]
    public void Of_a_lost_run_only_the_tokens_that_it_made_count_as_fresh() => Assert.Equal(
        new SlotUse(100, 9500, 500), Assert.Single(SlotUse.Ended(With(new() { PromptTokens = 9000, CompletionTokens = 500 }, AttemptOutcome.Lost))).Use);

    [Fact]
    public void A_run_that_goes_on_counts_since_its_claim_with_the_tokens_that_it_made()
    {
        var task = Given.Task("t").Assigned("a").Claimed();
        task = task with { Status = task.Status with { Progress = new() { PromptTokens = 9000, CompletionTokens = 500 } } };

        Assert.Equal(new SlotUse(60, 9500, 500), SlotUse.SoFar(task, Given.Now.AddSeconds(60)));
        Assert.Equal(default, SlotUse.SoFar(Given.Task("t").Assigned("a"), Given.Now.AddSeconds(60)));
    }

    [Fact]
    public void A_run_is_no_older_than_its_assignment_whatever_its_host_says()
    {
        var task = Given.Task("t").Assigned("a").Claimed();
        task = task with
        {
            Status = task.Status with
            {
                Claim = new() { Holder = "host/1", AcquiredAt = Given.Now.AddDays(-1) },
                Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = Given.Now }],
            },
        };

        Assert.Equal(60, SlotUse.SoFar(task, Given.Now.AddSeconds(60)).Seconds);
    }

    [Fact]
    public void A_task_without_attempts_counts_by_its_sum()
    {
        var task = Given.Task("t").Ended(TaskPhase.Succeeded, Verdict.Go);
        task = task with { Status = task.Status with { Usage = new() { PromptTokens = 100, CompletionTokens = 50, Seconds = 7 }, FinishedAt = Given.Now } };

        Assert.Equal((Given.Now, new SlotUse(7, 150, 150)), Assert.Single(SlotUse.Ended(task)));
        Assert.Empty(SlotUse.Ended(Given.Task("t")));
    }

    [Fact]
    public void Numbers_that_nobody_could_use_stay_within_bounds() =>
        Assert.True(Assert.Single(SlotUse.Ended(With(new() { PromptTokens = long.MaxValue, CompletionTokens = long.MaxValue }, AttemptOutcome.Succeeded))).Use.MilliTokenSeconds(Settings) > 0);

    private static AgenticTask With(Usage usage, AttemptOutcome outcome) => Given.Task("t").After(
        new TaskAttempt { Attempt = 1, Node = "a", StartedAt = Given.Now, EndedAt = Given.Now.AddSeconds(100), Outcome = outcome, Usage = usage });
}
