using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling.Tests.Properties;
using Foreman.Testing;

namespace Foreman.Scheduling.Tests.Forecasts;

public class ForecastTests
{
    [Fact]
    public void The_queue_is_told_in_the_order_in_which_tasks_are_placed()
    {
        var cluster = ObservedCluster.Of(
            Given.Cluster([Given.Node("a")], Given.Task("late", age: 1), Given.Task("old", age: 9), Given.Task("first", priority: 5), Given.Task("odd").With(s => s with { AgentRef = new() { Name = "nobody" } })) with
            {
                Nodes = [Seen(Given.Node("a"))],
            },
            Given.Now);

        var queue = Forecast.OfQueue(cluster, Given.Now);

        Assert.Equal(["first", "old", "late", "odd"], queue.Select(f => f.Task.Name()));
        Assert.Equal([1, 2, 3, 4], queue.Select(f => f.Position));
        Assert.Equal([ForecastOutcome.Starts, ForecastOutcome.Waits, ForecastOutcome.Waits, ForecastOutcome.Never], queue.Select(f => f.Outcome));
        Assert.Equal(("a", "qwen"), (queue[0].Node, queue[0].Model));
        Assert.Equal([Reasons.WaitingForCapacity, Reasons.WaitingForCapacity, Reasons.AgentNotFound], queue.Skip(1).Select(f => f.Reason));
    }

    [Fact]
    public void Queues_alternate_also_among_tasks_that_wait_for_a_slot()
    {
        AgenticTask[] waiting = [.. Enumerable.Range(1, 3).Select(i => Given.Task($"a{i}", age: 9)), .. Enumerable.Range(1, 3).Select(i => Given.Task($"b{i}")).Select(InGold)];

        var queue = Forecast.OfQueue(Observed([Given.Node("n")], waiting), Given.Now);

        Assert.Equal(["a1", "b1", "a2", "b2", "a3", "b3"], queue.Select(f => f.Task.Name()));
        Assert.Equal(["a1"], queue.Where(f => f.Outcome == ForecastOutcome.Starts).Select(f => f.Task.Name()));

        static AgenticTask InGold(AgenticTask task) => task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "gold" } } };
    }

    [Theory]
    [InlineData("a host that is too small", ForecastOutcome.Never, Reasons.NoMatchingNode)]
    [InlineData("suspended", ForecastOutcome.Waits, Reasons.Suspended)]
    [InlineData("an earlier task that runs", ForecastOutcome.Waits, Reasons.WaitingForDependency)]
    [InlineData("an earlier task that is not there", ForecastOutcome.Never, Reasons.WaitingForDependency)]
    [InlineData("an earlier task that failed", ForecastOutcome.Never, "UpstreamFailed")]
    [InlineData("a pause that is not over", ForecastOutcome.Waits, Reasons.BackingOff)]
    [InlineData("a pause that is over", ForecastOutcome.Starts, Reasons.FleetNodeAssigned)]
    public void Each_task_starts_waits_or_never_starts(string what, ForecastOutcome outcome, string reason)
    {
        var task = what switch
        {
            "a host that is too small" => Given.Task("t").With(s => s with { RequiredCapability = new() { MinRAMGB = 500 } }),
            "suspended" => Given.Task("t").With(s => s with { Suspend = true }),
            "an earlier task that runs" => Given.Task("t").With(s => s with { DependsOn = ["runs"] }),
            "an earlier task that is not there" => Given.Task("t").With(s => s with { DependsOn = ["gone"] }),
            "an earlier task that failed" => Given.Task("t").With(s => s with { DependsOn = ["failed"] }),
            _ => Given.Task("t")
                .With(s => s with { RetryPolicy = new() { Limit = 3, BackoffSeconds = 60, Reasons = [FailureReason.Timeout] } })
                .After(new TaskAttempt { Attempt = 1, Node = "b", Outcome = AttemptOutcome.Failed, Reason = FailureReason.Timeout.Value, EndedAt = Given.Now.AddSeconds(what.EndsWith("not over", StringComparison.Ordinal) ? -50 : -70) }),
        };
        var cluster = Observed([Given.Node("a", slots: 2)], task, Given.Task("runs").Assigned("a").Claimed(), Given.Task("failed").Ended(TaskPhase.Failed, Verdict.NoGo));

        var forecast = Assert.Single(Forecast.OfQueue(cluster, Given.Now));

        Assert.Equal((outcome, reason), (forecast.Outcome, forecast.Reason));
        Assert.NotEmpty(forecast.Message);
    }

    [Fact]
    public void A_task_that_says_already_why_it_waits_is_forecast_with_that()
    {
        var cluster = Observed([], Given.Task("t"));
        var written = Assert.IsType<ExplainTask>(Assert.Single(Scheduler.Decide(cluster, Given.Now).Tasks)).After;

        var forecast = Assert.Single(Forecast.OfQueue(cluster with { Tasks = [written] }, Given.Now));

        Assert.Equal((ForecastOutcome.Never, Reasons.NoMatchingNode), (forecast.Outcome, forecast.Reason));
        Assert.Contains("no host has registered", forecast.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_are_ranked_for_a_task_when_those_before_it_have_been_placed()
    {
        var cluster = Observed(
            [Given.Node("best", models: Given.Model(speed: 90)), Given.Node("good", models: Given.Model(speed: 50)), Given.Node("slow", models: Given.Model(speed: 10)), Given.Node("small", ram: 8)],
            Given.Task("first", priority: 1),
            Given.Task("t").With(s => s with { RequiredCapability = new() { MinRAMGB = 32 } }));

        var hosts = Forecast.OfHosts(cluster, Forecast.OfQueue(cluster, Given.Now)[1], Given.Now);

        Assert.Equal(["good", "slow", "best", "small"], hosts.Select(h => h.Node.Name()));
        Assert.Equal([1, 2, null, null], hosts.Select(h => h.Rank));
        Assert.Equal((true, "with all slots taken"), (hosts[2].Violations[0].Temporary, hosts[2].Violations[0].Summary));
        Assert.False(hosts[3].Violations[0].Temporary);
        Assert.Equal([1242L, 1042L, null, null], hosts.Select(h => h.Score?.Total));
    }

    [Theory]
    [InlineData(500, ForecastOutcome.Waits)]
    [InlineData(50, ForecastOutcome.Never)]
    public void A_task_over_its_quota_waits_and_one_that_asks_for_more_than_there_is_never_starts(int tokens, ForecastOutcome outcome)
    {
        AgenticTask Asking(string name) => Given.Task(name).With(s => s with { Budget = new() { Tokens = 400 } });
        var cluster = Observed([Given.Node("n", slots: 4)], Asking("r").Assigned("n"), Asking("t")) with { Quotas = new([new() { Namespace = "default", TokensPerWindow = tokens }]) };

        var forecast = Assert.Single(Forecast.OfQueue(cluster, Given.Now));

        Assert.Equal((outcome, Reasons.WaitingForQuota, false), (forecast.Outcome, forecast.Reason, forecast.NeedsHost));
    }

    [Fact]
    public void What_is_told_of_tasks_and_of_hosts_agrees()
    {
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(100), 2000); seed++)
        {
            var cluster = ObservedCluster.Of(new RandomFleet(seed).Cluster, Given.Now);
            foreach (var forecast in Forecast.OfQueue(cluster, Given.Now))
            {
                var hosts = Forecast.OfHosts(cluster, forecast, Given.Now);

                Assert.True(hosts.Count == (forecast.NeedsHost ? cluster.Nodes.Count : 0), $"seed {seed}: {forecast}");
                Assert.True(!forecast.NeedsHost || forecast.Node == hosts.FirstOrDefault(h => h.Rank == 1)?.Node.Name(), $"seed {seed}: {forecast}");
            }
        }
    }

    // What an operator knows by watching is in its state; a command has only what is stored.
    [Fact]
    public void A_forecast_of_what_is_stored_is_what_the_operator_decides()
    {
        var compared = 0;
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(400), 4000); seed++)
        {
            var fleet = new RandomFleet(seed);
            for (var round = 0; round < 3; round++)
            {
                fleet.Go(Given.Decide(fleet.Cluster));
            }

            var before = fleet.Cluster with { Unconfirmed = new HashSet<string>(), Tasks = [.. fleet.Cluster.Tasks.Where(t => t.Status.Attempts.Count == 0)] };
            var settled = before.Then(Given.Decide(before));
            var live = settled with { Nodes = [.. before.Nodes.Select(n => Given.Decide(before).Nodes.FirstOrDefault(c => c.Node.Name() == n.Name())?.After is { } status ? n with { Status = status } : n)] };
            if (!live.State.Probations.IsEmpty || live.Nodes.Any(n => LivenessRules.StateOf(live.State.Leases.GetValueOrDefault(n.Name()), live.Uptime, live.State.Disrupted) is NodeLiveness.Suspect or NodeLiveness.Unknown))
            {
                continue;
            }

            compared++;
            var decided = Given.Decide(live).Tasks.OfType<AssignTask>().ToDictionary(d => d.Task.Uid(), d => d.Assignment.Node);
            var stored = ObservedCluster.Of(live with { State = SchedulerState.Empty, Leases = [], Nodes = [.. live.Nodes.Select(n => LivenessRules.StateOf(live.State.Leases.GetValueOrDefault(n.Name()), live.Uptime, false) == NodeLiveness.Unmanaged ? n with { Status = n.Status! with { Instance = null, Conditions = null } } : n)] }, Given.Now);
            Assert.Equal(
                decided.OrderBy(d => d.Key, StringComparer.Ordinal),
                Forecast.OfQueue(stored, Given.Now).Where(f => f.Node is not null).Select(f => KeyValuePair.Create(f.Task.Uid(), f.Node!)).OrderBy(d => d.Key, StringComparer.Ordinal));
        }

        Assert.True(compared > 20, $"{compared}");
    }

    private static FleetNode Seen(FleetNode node) => node with { Status = node.Status! with { Instance = new() { Holder = "host/1" } } };

    private static ClusterSnapshot Observed(IEnumerable<FleetNode> nodes, params AgenticTask[] tasks) =>
        ObservedCluster.Of(Given.Cluster(nodes.Select(Seen), tasks), Given.Now);
}
