using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Forecasts;

public class StartEstimateTests
{
    [Fact]
    public void A_task_starts_when_the_run_before_it_ends()
    {
        var (estimate, unknown) = Of([Running("r", 40), .. Ended(60, 100, 200)], "w");

        Assert.Null(unknown);
        Assert.Equal((20, 60, 160, 3), Seconds(estimate!));
    }

    [Fact]
    public void Tasks_before_it_run_first()
    {
        var (estimate, _) = Of([Running("r", 0), Given.Task("first", priority: 5), .. Ended(100, 100)], "w");

        Assert.Equal((200, 200, 200, 2), Seconds(estimate!));
    }

    [Fact]
    public void A_task_that_it_follows_runs_first_although_it_stands_behind_it()
    {
        var follower = Given.Task("w", age: 5).With(s => s with { DependsOn = ["up"] });

        var (estimate, _) = Of([Given.Task("up"), Running("r", 0), .. Ended(100, 100)], follower);

        Assert.Equal((200, 200, 200, 2), Seconds(estimate!));
    }

    [Fact]
    public void A_run_that_is_longer_than_all_others_ends_now_or_goes_on_as_long_again()
    {
        var (estimate, _) = Of([Running("r", 300), .. Ended(100, 200)], "w");

        Assert.Equal((0, 300, 300, 2), Seconds(estimate!));
    }

    [Fact]
    public void Runs_on_the_same_host_count_alone_once_there_are_three()
    {
        AgenticTask[] slow = [.. Enumerable.Range(0, 3).Select(i => Done($"slow{i}", 900, "b"))];

        var (two, _) = Of([Running("r", 0), .. Ended(10, 10), .. slow], "w");
        var (three, _) = Of([Running("r", 0), .. Ended(10, 10, 10), .. slow], "w");

        Assert.Equal(900, Seconds(two!).Likely);
        Assert.Equal((10, 10, 10, 6), Seconds(three!));
    }

    [Fact]
    public void Without_ended_runs_it_is_not_known()
    {
        Assert.Equal("no run of the built-in Agent and kind freeform in namespace default has ended yet", Of([Running("r", 0)], "w").Unknown);
        Assert.Equal(
            "no run of the built-in Agent and kind freeform in namespace default has ended yet",
            Of([Running("r", 0), .. Ended(10).Select(t => t with { Metadata = t.Metadata with { NamespaceProperty = "other" } })], "w").Unknown);
    }

    [Fact]
    public void What_waits_for_no_run_has_no_estimate() =>
        Assert.Equal("what it waits for is not a run that ends", Of(Ended(10), Given.Task("w").With(s => s with { Suspend = true })).Unknown);

    [Fact]
    public void Behind_very_many_tasks_it_is_counted_roughly_and_said_so()
    {
        var (estimate, unknown) = Of([Running("r", 0), .. Enumerable.Range(0, StartEstimate.MostPlayed + 1).Select(i => Given.Task($"t{i}", priority: 1)), .. Ended(10)], "w");

        Assert.Null(unknown);
        Assert.True(estimate!.IsApproximate);
        Assert.Equal((2406, 3020, 3785, 1), Seconds(estimate));
        Assert.False(Of([Running("r", 0), .. Ended(10)], "w").Estimate!.IsApproximate);
    }

    [Fact]
    public void A_task_that_follows_one_that_never_starts_has_no_estimate()
    {
        var never = Given.Task("never").With(s => s with { RequiredCapability = new() { MinRAMGB = 4000 } });

        Assert.Equal(
            "something before it never starts as things are",
            Of([Running("r", 0), never, .. Ended(10)], Given.Task("w").With(s => s with { DependsOn = ["never"] })).Unknown);
    }

    [Fact]
    public void A_run_of_another_time_is_no_estimate()
    {
        var old = Done("old", 10, "a");
        old = old with { Status = old.Status with { Attempts = [old.Status.Attempts[0] with { StartedAt = DateTimeOffset.UnixEpoch }] } };

        Assert.Equal("by how long ended runs took it would be in more than ten years", Of([Running("r", 0), old], "w").Unknown);
    }

    [Fact]
    public void Tasks_that_wait_for_no_run_are_not_before_it()
    {
        AgenticTask[] held = [.. Enumerable.Range(0, StartEstimate.MostPlayed + 1).Select(i => Given.Task($"h{i}", priority: 1).With(s => s with { Suspend = true, Kind = TaskKind.Review }))];

        Assert.Equal((100, 100, 100, 1), Seconds(Of([Running("r", 0), .. held, .. Ended(100)], "w").Estimate!));
    }

    [Fact]
    public void Tasks_before_it_keep_their_places_whatever_queues_have_had()
    {
        AgenticTask[] others = [.. Enumerable.Range(0, 5).Select(i => Given.Task($"o{i}") with { Metadata = Given.Task($"o{i}").Metadata with { NamespaceProperty = "other" } })];
        var measured = Done("m", 100, "a");
        AgenticTask[] used = [measured, measured with { Metadata = measured.Metadata with { Name = "m2", Uid = "m2", NamespaceProperty = "other" } }, Done("much", 36_000, "a")];

        var (estimate, _) = Of([Running("r", 0), .. others, .. used], "w");

        Assert.Equal(600, Seconds(estimate!).Early);
    }

    [Fact]
    public void A_task_over_its_quota_starts_when_the_window_has_room()
    {
        var (estimate, _) = Of([Done("used", 400, "a")], ByTime("w"), new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 });

        Assert.Equal((400, 400, 400, 0), Seconds(estimate!));
    }

    [Theory]
    [InlineData(750, 100)]
    [InlineData(650, 3700)]
    public void A_run_gives_back_what_its_budget_set_aside_and_counts_with_what_it_usually_uses(int quota, int start)
    {
        AgenticTask ByTokens(AgenticTask task) => task.With(s => s with { Budget = new() { Tokens = 600 } });
        var done = Done("done", 100, "a");
        done = done with { Status = done.Status with { Attempts = [done.Status.Attempts[0] with { Usage = new() { PromptTokens = 100 } }] } };

        var (estimate, _) = Of([ByTokens(Running("r", 0)), done], ByTokens(Given.Task("w")), new() { Namespace = "default", TokensPerWindow = quota, WindowHours = 1 });

        Assert.Equal((start, start, start, 1), Seconds(estimate!));
    }

    [Fact]
    public void A_host_whose_clock_is_behind_does_not_age_its_run()
    {
        var run = Running("r", 86400);
        run = run with { Status = run.Status with { Conditions = [AssignedFor(60)] } };

        var (estimate, _) = Of([run, .. Ended(260, 260)], "w");

        Assert.Equal((200, 200, 200, 2), Seconds(estimate!));
    }

    [Fact]
    public void A_host_whose_clock_is_ahead_does_not_block_a_quota()
    {
        var ahead = Given.Now.AddYears(1000);
        var run = Running("r", 60);
        TaskAttempt lost = new() { Attempt = 1, Node = "b", StartedAt = ahead.AddSeconds(-30), EndedAt = ahead, Outcome = AttemptOutcome.Lost, Usage = new() { PromptTokens = 400 } };
        run = run with { Status = run.Status with { Attempts = [lost], Attempt = 2, Conditions = [AssignedFor(60)] } };

        var (estimate, _) = Of(
            [run, .. Ended(260, 260)],
            Given.Task("w").With(s => s with { Budget = new() { Tokens = 300 } }),
            new() { Namespace = "default", TokensPerWindow = 600, WindowHours = 1 });

        // As if it had begun when the run was assigned.
        Assert.Equal((3570, 3570, 3570, 2), Seconds(estimate!));
    }

    [Fact]
    public void While_it_waits_for_its_quota_those_behind_it_go_on()
    {
        AgenticTask[] others = [.. Enumerable.Range(0, 3).Select(i => InOther(Given.Task($"o{i}"))), InOther(Done("m", 300, "a")), Done("used", 400, "a")];

        var (estimate, _) = Of(others, ByTime("w"), new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 });

        Assert.Equal((600, 600, 600, 1), Seconds(estimate!));
    }

    [Fact]
    public void A_task_that_follows_one_over_its_quota_starts_after_that()
    {
        var (estimate, _) = Of(
            [Done("used", 400, "a"), ByTime("up")], ByTime("w").With(s => s with { DependsOn = ["up"] }), new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 });

        // The other one runs from 400 s on, as long as its budget lets it, which leaves enough.
        Assert.Equal((700, 700, 700, 1), Seconds(estimate!));
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData(120, 60)]
    [InlineData(50, 0)]
    public void A_run_is_no_longer_than_its_budget_leaves(int? seconds, int start)
    {
        var (estimate, _) = Of([Running("r", 60).With(s => s with { Budget = new() { Seconds = seconds } }), .. Ended(260, 260)], "w");

        Assert.Equal((start, start, start, 2), Seconds(estimate!));
    }

    private static V1Condition AssignedFor(int seconds) =>
        new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = Given.Now.AddSeconds(-seconds) };

    private static AgenticTask ByTime(string name) => Given.Task(name).With(s => s with { Budget = new() { Seconds = 300 } });

    private static AgenticTask InOther(AgenticTask task) => task with { Metadata = task.Metadata with { NamespaceProperty = "other", Uid = $"other-{task.Uid()}" } };

    private static (StartEstimate? Estimate, string? Unknown) Of(IReadOnlyList<AgenticTask> others, string name) => Of(others, Given.Task(name));

    private static (StartEstimate? Estimate, string? Unknown) Of(IReadOnlyList<AgenticTask> others, AgenticTask waiting, Quota? quota = null)
    {
        var cluster = Given.Cluster([Given.Node("a")], [.. others, waiting]) with { Quotas = new(quota is null ? [] : [quota]) };
        var queue = Forecast.OfQueue(cluster, Given.Now);
        return StartEstimate.Of(cluster, queue, queue.Single(f => f.Task.Name() == waiting.Name()), Given.Now);
    }

    private static (int Early, int Likely, int Late, int Runs) Seconds(StartEstimate estimate) =>
        ((int)estimate.Early.TotalSeconds, (int)estimate.Likely.TotalSeconds, (int)estimate.Late.TotalSeconds, estimate.Runs);

    private static AgenticTask Running(string name, int since)
    {
        var task = Given.Task(name).Assigned("a").Claimed();
        return task with { Status = task.Status with { Claim = task.Status.Claim! with { AcquiredAt = Given.Now.AddSeconds(-since) } } };
    }

    private static AgenticTask[] Ended(params int[] seconds) => [.. seconds.Select((s, i) => Done($"done{i}", s, "a"))];

    private static AgenticTask Done(string name, int seconds, string node) =>
        Given.Task(name).After(new TaskAttempt
        {
            Attempt = 1,
            Node = node,
            Placement = Placement.Node,
            StartedAt = Given.Now.AddHours(-1),
            EndedAt = Given.Now.AddHours(-1).AddSeconds(seconds),
            Outcome = AttemptOutcome.Succeeded,
        }).Ended(TaskPhase.Succeeded, Verdict.Go);
}
