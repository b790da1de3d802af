using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Scheduling.Tests.Forecasts;

public class ApproximateStartTests
{
    [Theory]
    [InlineData(400, 500)]
    [InlineData(25_050, 25_100)]
    [InlineData(49_999, 50_000)]
    public void Of_fifty_thousand_tasks_each_has_an_estimate(int place, int start)
    {
        FleetNode[] hosts = [.. Enumerable.Range(0, 100).Select(i => Given.Node($"n{i:00}"))];
        AgenticTask[] running = [.. hosts.Select(h => Running($"r-{h.Name()}", h.Name(), 0))];
        AgenticTask[] waiting = [.. Enumerable.Range(0, 50_000).Select(i => Given.Task($"t{i:00000}"))];
        var cluster = Given.Cluster(hosts, [Done("done", 100), .. running, .. waiting]);

        var (estimate, unknown) = Of(cluster, [.. waiting.Select(Waits)], place);

        Assert.Null(unknown);
        Assert.True(estimate!.IsApproximate);
        Assert.Equal(start, estimate.Likely.TotalSeconds);
        Assert.InRange(estimate.Likely, estimate.Early, estimate.Late);
    }

    [Fact]
    public void Tasks_for_other_hosts_are_not_before_it()
    {
        FleetNode[] hosts = [Given.Node("small", ram: 8), Given.Node("large", ram: 128)];
        AgenticTask[] running = [Running("r1", "small", 0), Running("r2", "large", 0)];
        AgenticTask[] large = [.. Enumerable.Range(0, 400).Select(i => Given.Task($"t{i:000}").With(s => s with { RequiredCapability = new() { MinRAMGB = 100 } }))];
        AgenticTask[] waiting = [.. large, Given.Task("w"), Given.Task("x")];

        var cluster = Given.Cluster(hosts, [Done("done", 100), .. running, .. waiting]);

        Assert.Equal(100, Of(cluster, [.. waiting.Select(Waits)], 400).Estimate!.Likely.TotalSeconds);
        Assert.Equal(200, Of(cluster, [.. waiting.Select(Waits)], 401).Estimate!.Likely.TotalSeconds);
    }

    [Fact]
    public void Limits_of_Agents_and_of_roles_hold_while_other_tasks_go_on()
    {
        Agent[] agents = [Given.Agent("one", s => s with { MaxConcurrentTasks = 1 }), Given.Agent("judge", s => s with { Role = AgentRole.Reviewer })];
        AgenticTask[] waiting =
        [
            .. Enumerable.Range(0, 200).Select(i => OfAgent($"a{i:000}", "one")), .. Enumerable.Range(0, 200).Select(i => OfAgent($"b{i:000}", "judge")),
            Given.Task("free"), OfAgent("c", "one"), OfAgent("d", "judge"),
        ];
        var cluster = Given.Cluster([Given.Node("n", slots: 4)], [Done("done", 100), .. waiting]) with { Agents = agents, Quotas = new([new() { Role = AgentRole.Reviewer, MaxRunning = 2 }]) };
        StartEstimate At(int place) => Of(cluster, [.. waiting.Select(Waits)], place).Estimate!;

        Assert.Equal((0, 20_000, 10_000), ((int)At(400).Likely.TotalSeconds, (int)At(401).Likely.TotalSeconds, (int)At(402).Likely.TotalSeconds));
    }

    [Fact]
    public void The_window_of_a_quota_is_waited_for_and_what_is_given_back_is_free_again()
    {
        AgenticTask[] waiting = [.. Enumerable.Range(0, 302).Select(i => Given.Task($"t{i:000}").With(s => s with { Budget = new() { Seconds = 200 } }))];
        var cluster = Given.Cluster([Given.Node("n")], [Done("done", 100), .. waiting]) with { Quotas = new([new() { Namespace = "default", SecondsPerWindow = 400, WindowHours = 1 }]) };

        // 200 s are set aside for each, and 100 s are used: three run in each hour.
        var (estimate, _) = Of(cluster, [.. waiting.Select(Waits)], 301);

        Assert.InRange(estimate!.Likely.TotalHours, 90, 120);
    }

    [Fact]
    public void What_a_task_follows_ends_before_it_starts()
    {
        AgenticTask[] waiting =
        [
            Given.Task("first"), .. Enumerable.Range(0, 300).Select(i => Given.Task($"t{i:000}").With(s => s with { DependsOn = [i == 0 ? "first" : $"t{i - 1:000}"] })),
            Given.Task("last").With(s => s with { DependsOn = ["t299"] }),
        ];

        Assert.Equal(30_100, Of(Given.Cluster([Given.Node("n", slots: 9)], [Done("done", 100), .. waiting]), [.. waiting.Select(Waits)], 301).Estimate!.Likely.TotalSeconds);
    }

    [Fact]
    public void A_kind_without_runs_of_its_own_is_taken_for_any_and_without_any_run_it_is_not_known()
    {
        AgenticTask[] waiting = [.. Enumerable.Range(0, 301).Select(i => OfAgent($"t{i:000}", "judge")), Given.Task("w")];
        ClusterSnapshot With(params AgenticTask[] done) => Given.Cluster([Given.Node("n")], [.. done, .. waiting]) with { Agents = [Given.Agent("judge")] };

        var (estimate, _) = Of(With(Done("done", 100)), [.. waiting.Select(Waits)], 301);

        Assert.Equal((30_100, 1), ((int)estimate!.Likely.TotalSeconds, estimate.Runs));
        Assert.Equal("no run has ended yet", Of(With(), [.. waiting.Select(Waits)], 301).Unknown);
    }

    [Fact]
    public void A_run_under_way_of_a_kind_without_ended_runs_is_taken_for_any()
    {
        AgenticTask[] waiting = [.. Enumerable.Range(0, 301).Select(i => Given.Task($"t{i:000}"))];
        var run = Running("r", "n", 40).With(s => s with { AgentRef = new() { Name = "judge" } });
        var cluster = Given.Cluster([Given.Node("n")], [Done("done", 100), run, .. waiting]) with { Agents = [Given.Agent("judge")] };

        Assert.Equal(30_060, Of(cluster, [.. waiting.Select(Waits)], 300).Estimate!.Likely.TotalSeconds);
    }

    [Fact]
    public void Tasks_that_ask_for_different_things_of_the_same_hosts_start_in_the_order_of_the_queue()
    {
        AgenticTask[] waiting = [.. Enumerable.Range(0, 302).Select(i => Given.Task($"t{i:000}").With(s => s with { RequiredCapability = new() { MinRAMGB = i % 60 } }))];
        var cluster = Given.Cluster([Given.Node("n", slots: 2)], [Done("done", 100), .. waiting]);

        Assert.Equal(15_000, Of(cluster, [.. waiting.Select(Waits)], 301).Estimate!.Likely.TotalSeconds);
    }

    // Runs take 50 to 200 s. Which host a task gets, and that runs of one kind are not all as long, may put a start off by a run.
    [Fact]
    public void What_is_counted_agrees_with_what_is_played_in_mid_size_queues()
    {
        var (compared, run) = (0, TimeSpan.FromSeconds(200));
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(25), 300); seed++)
        {
            var cluster = Random(new Random(seed));
            var queue = Forecast.OfQueue(cluster, Given.Now);
            if (queue.LastOrDefault(f => f.Outcome == ForecastOutcome.Waits) is not { } last)
            {
                continue;
            }

            var (played, _) = StartEstimate.Of(cluster, queue, last, StartEstimate.MostPlayed, Given.Now, TestContext.Current.CancellationToken);
            var (counted, why) = StartEstimate.Of(cluster, queue, last, 0, Given.Now, TestContext.Current.CancellationToken);
            if (played is null)
            {
                continue;
            }

            compared++;
            Assert.True(counted is not null, $"seed {seed}: {why}");
            Assert.True(!played.IsApproximate && counted.IsApproximate, $"seed {seed}");
            Assert.True(played.Likely >= counted.Early && played.Likely <= counted.Late, $"seed {seed}: played {played}, counted {counted}");
            Assert.True(counted.Likely >= played.Early - run && counted.Likely <= played.Late + run, $"seed {seed}: played {played}, counted {counted}");
            Assert.True(counted.Late - counted.Early >= played.Late - played.Early - run, $"seed {seed}: played {played}, counted {counted}");
        }

        Assert.True(compared > 10, $"{compared}");
    }

    private static (StartEstimate? Estimate, string? Unknown) Of(ClusterSnapshot cluster, TaskForecast[] queue, int place) =>
        StartEstimate.Of(cluster, [.. queue.Index().Select(f => f.Item with { Position = f.Index + 1 })], queue[place] with { Position = place + 1 }, Given.Now, TestContext.Current.CancellationToken);

    private static TaskForecast Waits(AgenticTask task) => new(task, ForecastOutcome.Waits, Reasons.WaitingForCapacity, "");

    private static AgenticTask OfAgent(string name, string agent) => Given.Task(name).With(s => s with { AgentRef = new() { Name = agent } });

    private static AgenticTask Running(string name, string host, int since)
    {
        var task = Given.Task(name).Assigned(host).Claimed();
        return task with { Status = task.Status with { Claim = task.Status.Claim! with { AcquiredAt = Given.Now.AddSeconds(-since) } } };
    }

    private static AgenticTask Done(string name, int seconds, string? agent = null)
    {
        var task = agent is null ? Given.Task(name) : OfAgent(name, agent);
        return task.After(new TaskAttempt
        {
            Attempt = 1,
            Node = "n",
            Placement = Placement.Node,
            StartedAt = Given.Now.AddMinutes(-30),
            EndedAt = Given.Now.AddMinutes(-30).AddSeconds(seconds),
            Outcome = AttemptOutcome.Succeeded,
        }).Ended(TaskPhase.Succeeded, Verdict.Go);
    }

    // A fleet of hosts of several sizes, all busy, with an Agent that is limited and tasks that follow others.
    private static ClusterSnapshot Random(Random random)
    {
        FleetNode[] hosts = [.. Enumerable.Range(0, random.Next(2, 6)).Select(i => Given.Node($"n{i}", random.Next(1, 3), i == 0 ? 128 : random.Next(2) == 0 ? 16 : 64))];
        AgenticTask[] running = [.. hosts.SelectMany(h => Enumerable.Range(0, h.Status!.Slots!.Value).Select(i => Running($"r-{h.Name()}-{i}", h.Name(), random.Next(40))))];
        AgenticTask[] done = [.. Enumerable.Range(0, 12).Select(i => Done($"done{i}", random.Next(50, 200))), .. Enumerable.Range(0, 12).Select(i => Done($"over{i}", random.Next(50, 200), "few"))];
        var waiting = new List<AgenticTask>();
        for (var i = 0; i < 50; i++)
        {
            var task = random.Next(5) == 0 ? OfAgent($"t{i:00}", "few") : Given.Task($"t{i:00}");
            var (ram, follows) = (new[] { 0, 0, 32, 100 }[random.Next(4)], i > 0 && random.Next(8) == 0 ? $"t{random.Next(i):00}" : null);
            waiting.Add(task.With(s => s with { RequiredCapability = new() { MinRAMGB = ram }, DependsOn = follows is null ? null : [follows] }));
        }

        return Given.Cluster(hosts, [.. done, .. running, .. waiting]) with { Agents = [Given.Agent("few", s => s with { MaxConcurrentTasks = random.Next(2, 4) })] };
    }
}
