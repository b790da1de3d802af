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
    public void Behind_very_many_tasks_it_is_not_looked_for() => Assert.Equal(
        $"more than {StartEstimate.MostPlayed} tasks are before it",
        Of([Running("r", 0), .. Enumerable.Range(0, StartEstimate.MostPlayed + 1).Select(i => Given.Task($"t{i}", priority: 1)), .. Ended(10)], "w").Unknown);

    private static (StartEstimate? Estimate, string? Unknown) Of(IReadOnlyList<AgenticTask> others, string name) => Of(others, Given.Task(name));

    private static (StartEstimate? Estimate, string? Unknown) Of(IReadOnlyList<AgenticTask> others, AgenticTask waiting)
    {
        var cluster = Given.Cluster([Given.Node("a")], [.. others, waiting]);
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
