using Foreman.Api;
using Foreman.Kubernetes;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests.Quotas;

public class QuotaLedgerTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_task_over_its_quota_is_told_the_numbers_and_when_enough_is_free()
    {
        var cluster = Cluster(
            [new() { Namespace = "default", TokensPerWindow = 1_000_000, WindowHours = 2 }],
            Ended("a", Given.Now - (1.5 * Hour), tokens: 300_000),
            Ended("b", Given.Now - Hour, tokens: 500_000),
            Ended("long-ago", Given.Now - (2 * Hour), tokens: 900_000),
            Budgeted("runs", 100_000).Assigned("n"),
            Budgeted("small", 90_000, age: 9),
            Budgeted("large", 600_000, age: 5),
            Budgeted("later", 10_000));

        var plan = Given.Decide(cluster);

        Assert.IsType<AssignTask>(plan.Write("small"));
        Assert.Equal(
            (Reasons.WaitingForQuota, "The quota of namespace default allows 1,000,000 tokens in 2 h: 800,000 are used and 190,000 set aside for runs, which leaves 10,000; 600,000 would be set aside for this task. Enough is free at 2026-03-04T06:06:07Z, or when runs end before that and used less."),
            (plan.Write("large").Scheduled().Reason, plan.Write("large").Scheduled().Message));
        Assert.Equal("A task that goes first waits for the quota of namespace default (1,000,000 tokens in 2 h); this one follows it.", plan.Write("later").Scheduled().Message);
    }

    [Fact]
    public void What_is_free_at_that_time_is_enough()
    {
        var cluster = Cluster([new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 }], Ended("a", Given.Now.AddMinutes(-30), 0, seconds: 400), Given.Task("t").With(s => s with { Budget = new() { Seconds = 300 } }));

        var (task, timer) = (cluster.Tasks[1], new RequeueTimer(TimeSpan.FromSeconds(7)));
        QuotaGate.Tell(QuotaLedger.Of(cluster, Given.Now)!.Check(task)!, Given.Now, TimeSpan.FromSeconds(7), timer);

        Assert.Equal(TimeSpan.FromSeconds(7) + TimeSpan.FromMinutes(30), timer.At);
        Assert.NotNull(QuotaLedger.Of(cluster, Given.Now.AddMinutes(30).AddTicks(-1))!.Check(task));
        Assert.Null(QuotaLedger.Of(cluster, Given.Now.AddMinutes(30))!.Check(task));
    }

    [Fact]
    public void The_window_is_sorted_once_however_many_tasks_ask()
    {
        AgenticTask[] ended = [.. Enumerable.Range(0, 5000).Select(i => Ended($"e{i}", Given.Now.AddSeconds(-i), tokens: 10))];
        var task = Budgeted("t", 100);
        var ledger = QuotaLedger.Of(Cluster([new() { Namespace = "default", TokensPerWindow = 50_000 }], [.. ended, task]), Given.Now)!;
        Assert.Equal(Given.Now.AddSeconds(-4990).AddHours(24), ledger.Check(task)!.FreesAt);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = ledger.Check(task);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void A_task_that_is_taken_back_counts_until_that_is_stored()
    {
        var back = Given.Task("back").After(new TaskAttempt { Attempt = 1, Node = "n", Placement = Placement.Node, Outcome = AttemptOutcome.Lost });
        var cluster = Cluster([new() { Namespace = "default", MaxRunning = 1 }], back, Given.Task("next"));

        var before = Given.Decide(cluster with { Unconfirmed = new HashSet<string> { back.Uid() } });
        var after = Given.Decide(cluster with { Tasks = [Given.Task("next")] });

        Assert.Equal(Reasons.WaitingForQuota, before.Write("next").Scheduled().Reason);
        Assert.IsType<AssignTask>(after.Write("next"));
    }

    [Fact]
    public void A_run_of_a_host_that_is_days_ahead_counts_from_its_assignment_on_and_not_for_ever()
    {
        var ahead = Ended("a", Given.Now.AddDays(9), tokens: 400);
        ahead = ahead with
        {
            Status = ahead.Status with
            {
                Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = Given.Now.AddMinutes(-31) }],
            },
        };
        var task = Budgeted("t", 300);
        var cluster = Cluster([new() { Namespace = "default", TokensPerWindow = 500, WindowHours = 1 }], ahead, task);

        var freesAt = QuotaLedger.Of(cluster, Given.Now)!.Check(task)!.FreesAt!.Value;

        Assert.InRange(freesAt, Given.Now.AddMinutes(29), Given.Now.AddMinutes(31));
        Assert.Null(QuotaLedger.Of(cluster, freesAt)!.Check(task));
    }

    [Fact]
    public void A_slot_that_another_namespace_gets_is_no_write_for_each_task_of_the_quota()
    {
        AgenticTask[] tasks = [Given.Task("r").Assigned("n"), In("other", Given.Task("o")).Assigned("n"), .. Enumerable.Range(0, 40).Select(i => Given.Task($"t{i:00}"))];
        var cluster = Given.Cluster([Given.Node("n", slots: 2)], tasks) with { Quotas = new([new() { Namespace = "default", MaxRunning = 1 }]) };
        var first = Given.Decide(cluster);
        Assert.Equal(40, first.Tasks.Count(d => d.Scheduled().Reason == Reasons.WaitingForQuota));

        var next = cluster.Then(first, seconds: 1);
        next = next with { Tasks = [.. next.Tasks.Skip(1), In("other", Given.Task("p")).Assigned("n")] };

        Assert.Empty(Given.Decide(next).Tasks);
    }

    [Fact]
    public void What_a_run_may_still_take_is_set_aside_though_slots_were_held_for_longer()
    {
        var again = Given.Task("t").With(s => s with { Budget = new() { Seconds = 1200 } })
            .After(new TaskAttempt { Attempt = 1, Node = "n", Outcome = AttemptOutcome.Lost, StartedAt = Given.Now.AddSeconds(-900), EndedAt = Given.Now, Usage = new() { Seconds = 600 } });

        var refusal = QuotaLedger.Of(Cluster([new() { Namespace = "default", SecondsPerWindow = 1400 }], again), Given.Now)!.Check(again);

        Assert.Equal(new QuotaShortage("seconds", 1400, 900, 0, 600), Assert.Single(refusal!.Shortages));
    }

    [Fact]
    public void Of_two_quotas_that_leave_too_little_the_one_that_is_free_last_is_told()
    {
        Quota[] quotas = [new() { Namespace = "default", TokensPerWindow = 500, WindowHours = 2 }, new() { Namespace = "default", Queue = "gold", TokensPerWindow = 500, WindowHours = 5 }];
        var plan = Given.Decide(Cluster(quotas, InGold(Ended("a", Given.Now - Hour, tokens: 400)), InGold(Budgeted("t", 300))));

        Assert.StartsWith("The quota of queue gold of namespace default allows 500 tokens in 5 h", plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
        Assert.Contains("Enough is free at 2026-03-04T09:06:07Z", plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    // The fleet is at rest but for its Leases: only the time that was asked for has the task start.
    [Fact]
    public void A_fleet_at_rest_starts_the_task_when_the_window_is_free()
    {
        var cluster = Cluster([new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 }], Ended("a", Given.Now.AddMinutes(-59), 0, seconds: 400), Given.Task("t").With(s => s with { Budget = new() { Seconds = 300 } }));
        var (now, start) = (Given.Now, (DateTimeOffset?)null);
        for (var round = 0; round < 40 && start is null; round++)
        {
            var plan = Scheduler.Decide(cluster, now);
            start = plan.Tasks.OfType<AssignTask>().Any() ? now : null;
            var pause = Math.Min(10, (plan.RequeueAt!.Value - cluster.Uptime).TotalSeconds);
            (cluster, now) = (cluster.Then(plan, pause).Renewed("n"), now.AddSeconds(pause));
        }

        Assert.Equal(Given.Now.AddMinutes(1), start);
    }

    [Theory]
    [InlineData(2, 0, "maxRunning 2); this one follows when one of them ends")]
    [InlineData(0, 0, "lets nothing run (maxRunning 0)")]
    [InlineData(null, 50, "spec.budget.tokens leaves this task 100, and the quota of namespace default allows 50 tokens in 24 h; lower the budget")]
    [InlineData(null, 0, "allows no tokens (tokensPerWindow 0)")]
    [InlineData(null, 250, "Enough is free once runs under way have ended.")]
    public void Each_cause_is_told(int? running, int tokens, string said)
    {
        var quota = new Quota { Namespace = "default", MaxRunning = running, TokensPerWindow = running is null ? tokens : null };
        var plan = Given.Decide(Cluster([quota], Budgeted("r1", 100).Assigned("n"), Budgeted("r2", 100).Assigned("n"), Budgeted("t", 100)));

        Assert.Equal(Reasons.WaitingForQuota, plan.Write("t").Scheduled().Reason);
        Assert.Contains(said, plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quota_of_a_queue_counts_its_tasks_only_and_that_of_the_namespace_all()
    {
        Quota[] quotas = [new() { Namespace = "default", MaxRunning = 3 }, new() { Namespace = "default", Queue = "gold", MaxRunning = 1 }];
        var plan = Given.Decide(Cluster(quotas, [.. Enumerable.Range(0, 4).Select(i => InGold(Given.Task($"g{i}", age: 9))), .. Enumerable.Range(0, 4).Select(i => Given.Task($"t{i}")), In("other", Given.Task("o"))]));

        var placed = plan.Tasks.OfType<AssignTask>().Select(d => d.Task).ToArray();
        Assert.Equal((1, 2, 1), (placed.Count(t => t.GetLabel(Labels.Queue) == "gold"), placed.Count(t => t.GetLabel(Labels.Queue) is null && t.Namespace() == "default"), placed.Count(t => t.Namespace() == "other")));
    }

    [Fact]
    public void The_usual_use_is_set_aside_for_a_task_without_a_budget_and_never_more_than_there_is()
    {
        AgenticTask[] ended = [.. Enumerable.Range(0, 3).Select(i => Ended($"e{i}", Given.Now.AddHours(-30), tokens: 400_000))];
        var three = Cluster([new() { Namespace = "default", TokensPerWindow = 900_000 }], [.. ended, .. Enumerable.Range(0, 3).Select(i => Given.Task($"t{i}"))]);
        var less = Cluster([new() { Namespace = "default", TokensPerWindow = 300_000 }], [.. ended, .. Enumerable.Range(0, 3).Select(i => Given.Task($"t{i}"))]);

        Assert.Equal(2, Given.Decide(three).Tasks.OfType<AssignTask>().Count());
        Assert.Single(Given.Decide(less).Tasks.OfType<AssignTask>());
    }

    [Fact]
    public void A_task_that_no_host_takes_now_keeps_no_other_from_the_quota()
    {
        var odd = Budgeted("odd", 90, age: 9).With(s => s with { RequiredCapability = new() { MinRAMGB = 500 } });
        var plan = Given.Decide(Cluster([new() { Namespace = "default", TokensPerWindow = 100 }], Budgeted("runs", 50).Assigned("n"), odd, Budgeted("t", 50)));

        Assert.Equal(Reasons.NoMatchingNode, plan.Write("odd").Scheduled().Reason);
        Assert.IsType<AssignTask>(plan.Write("t"));
    }

    [Fact]
    public void A_task_that_is_refused_by_another_quota_keeps_none_from_others()
    {
        Quota[] quotas = [new() { Namespace = "default", TokensPerWindow = 100 }, new() { Namespace = "default", Queue = "gold", MaxRunning = 1 }];
        var plan = Given.Decide(Cluster(quotas, InGold(Budgeted("runs", 40)).Assigned("n"), InGold(Budgeted("g", 90, age: 9)), Budgeted("t", 50)));

        Assert.Contains("maxRunning 1", plan.Write("g").Scheduled().Message, StringComparison.Ordinal);
        Assert.IsType<AssignTask>(plan.Write("t"));
    }

    [Fact]
    public void A_quota_of_a_role_counts_tasks_of_its_Agents_everywhere_and_the_next_one_starts_when_one_ends()
    {
        Agent[] agents = [Given.Agent("judge", s => s with { Role = AgentRole.Reviewer }), Given.Agent("coder")];
        AgenticTask Review(string name) => Given.Task(name).With(s => s with { AgentRef = new() { Name = "judge" } });
        var elsewhere = In("other", Review("r0").Assigned("n"));
        var far = agents[0] with { Metadata = agents[0].Metadata with { NamespaceProperty = "other", Uid = "uid-far" } };
        var cluster = Cluster(
            [new() { Role = AgentRole.Reviewer, MaxRunning = 2 }],
            elsewhere,
            Review("r1"),
            Review("r2"),
            Given.Task("c1").With(s => s with { AgentRef = new() { Name = "coder" } }),
            Given.Task("c2")) with
        { Agents = [.. agents, far] };

        var plan = Given.Decide(cluster);
        var next = Given.Decide(cluster.Then(plan) with { Tasks = [elsewhere.Ended(TaskPhase.Succeeded, Verdict.Go), .. cluster.Then(plan).Tasks.Skip(1)] });

        Assert.Equal(["c1", "c2", "r1"], plan.Tasks.OfType<AssignTask>().Select(d => d.Task.Name()).Order());
        Assert.Equal(
            (Reasons.WaitingForQuota, "As many tasks of role reviewer run as its quota allows (maxRunning 2); this one follows when one of them ends."),
            (plan.Write("r2").Scheduled().Reason, plan.Write("r2").Scheduled().Message));
        Assert.Equal("r2", Assert.Single(next.Tasks.OfType<AssignTask>()).Task.Name());
    }

    [Fact]
    public void A_task_without_an_Agent_is_one_of_a_coder_and_one_whose_Agent_is_gone_counts_for_no_role()
    {
        var gone = Given.Task("gone").With(s => s with { AgentRef = new() { Name = "nobody" } }).Assigned("n");
        Quota[] quotas = [new() { Namespace = "default", Role = AgentRole.Coder, MaxRunning = 1 }];

        var ledger = QuotaLedger.Of(Cluster(quotas, gone, Given.Task("t").Assigned("n")), Given.Now)!;

        Assert.Equal(1, Assert.Single(ledger.Accounts).Running);
        Assert.Empty(ledger.AccountsOf(gone));
        Assert.Empty(ledger.AccountsOf(In("other", Given.Task("o"))));
    }

    [Fact]
    public void Slots_are_shared_by_weight()
    {
        AgenticTask[] tasks = [.. Enumerable.Range(0, 20).Select(i => In("a", Given.Task($"a{i:00}", age: 9))), .. Enumerable.Range(0, 20).Select(i => In("b", Given.Task($"b{i:00}")))];
        var plan = Given.Decide(Cluster([new() { Namespace = "b", Weight = 3 }], tasks) with { Nodes = [Given.Node("n", slots: 8)] });

        Assert.Equal(6, plan.Tasks.OfType<AssignTask>().Count(d => d.Task.Namespace() == "b"));
    }

    // A fleet through some days: runs stay within their budgets, and nothing that was promised is ever above a quota.
    [Fact]
    public void Used_and_set_aside_are_never_above_a_quota_where_budgets_are_kept() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(),
        static seed =>
        {
            var random = new Random(seed);
            Quota[] quotas = [Random(random, null), Random(random, "gold")];
            var (cluster, now) = (Cluster(quotas), Given.Now);
            var arrived = 0;
            for (var round = 0; round < 60; round++)
            {
                cluster = cluster with { Tasks = [.. cluster.Tasks, .. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Arriving(random, arrived++, now))] };
                var plan = Scheduler.Decide(cluster, now);
                Assert.Equal(plan.Tasks.Select(Shown).Order(), Scheduler.Decide(cluster with { Tasks = [.. cluster.Tasks.Reverse()] }, now).Tasks.Select(Shown).Order());
                cluster = cluster.Then(plan);
                Check(cluster, quotas, now);
                Assert.All(cluster.Tasks.Where(t => t.IsPending()), t => Assert.Contains(
                    t.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } waits ? waits.Reason == Reasons.WaitingForQuota ? "quota" : "." : "(none)",
                    t.Status.Conditions.Find(ConditionTypes.Scheduled)?.Message ?? "",
                    StringComparison.Ordinal));
                var minutes = random.Next(1, 90);
                (cluster, now) = (Going(random, cluster, now, minutes), now.AddMinutes(minutes));
                Check(cluster, quotas, now);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static string Shown(TaskDecision decision) => $"{decision.Task.Name()} {decision.GetType().Name} {decision.After.Status.AssignedNode} {decision.After.Status.Conditions.Find(ConditionTypes.Scheduled)?.Message}";

    private static void Check(ClusterSnapshot cluster, Quota[] quotas, DateTimeOffset now)
    {
        foreach (var quota in quotas)
        {
            var tasks = cluster.Tasks.Where(t => quota.Queue is null || t.GetLabel(Labels.Queue) == quota.Queue).ToArray();
            var holding = tasks.Where(t => t.HoldsSlot()).ToArray();
            var ended = tasks.SelectMany(t => t.Status.Attempts).Where(a => a.EndedAt > now.AddHours(-quota.WindowHours)).ToArray();
            Assert.True(holding.Length <= (quota.MaxRunning ?? int.MaxValue));
            Assert.True(ended.Sum(a => a.Usage!.PromptTokens) + holding.Sum(t => t.Spec.Budget!.Tokens - t.Status.Attempts.Sum(a => a.Usage!.PromptTokens)) <= (quota.TokensPerWindow ?? long.MaxValue));
            Assert.True(ended.Sum(a => a.Usage!.Seconds) + holding.Sum(t => t.Spec.Budget!.Seconds - t.Status.Attempts.Sum(a => a.Usage!.Seconds)) <= (quota.SecondsPerWindow ?? long.MaxValue));
        }

    }

    private static Quota Random(Random random, string? queue) => new()
    {
        Namespace = "default",
        Queue = queue,
        WindowHours = random.Next(1, 7),
        TokensPerWindow = random.Next(3) == 0 ? null : random.Next(500, 5000),
        SecondsPerWindow = random.Next(3) == 0 ? null : random.Next(500, 9000),
        MaxRunning = random.Next(3) == 0 ? random.Next(0, 4) : null,
    };

    private static AgenticTask Arriving(Random random, int number, DateTimeOffset now)
    {
        var task = Given.Task($"t{number:000}", random.Next(2)).With(s => s with { Budget = new() { Tokens = random.Next(1, 2000), Seconds = random.Next(1, 3000) }, RetryPolicy = new() { Limit = 5 } });
        task = task with { Metadata = task.Metadata with { CreationTimestamp = now } };
        return random.Next(2) == 0 ? InGold(task) : task;
    }

    // Runs end or are lost within their budgets, or go on.
    private static ClusterSnapshot Going(Random random, ClusterSnapshot cluster, DateTimeOffset now, int minutes) => cluster.Renewed("n") with
    {
        Uptime = cluster.Uptime + TimeSpan.FromMinutes(minutes),
        State = SchedulerState.Empty,
        Tasks = [.. cluster.Tasks.Select(t => t.HoldsSlot() && random.Next(2) == 0 ? Over(random, t, now) : t)],
    };

    private static AgenticTask Over(Random random, AgenticTask task, DateTimeOffset now)
    {
        var left = (Tokens: task.Spec.Budget!.Tokens!.Value - task.Status.Attempts.Sum(a => a.Usage!.PromptTokens), Seconds: task.Spec.Budget.Seconds!.Value - task.Status.Attempts.Sum(a => a.Usage!.Seconds));
        var (seconds, end) = (random.NextInt64(left.Seconds + 1), now.AddSeconds(random.Next(60)));
        var isLost = random.Next(3) == 0;
        var attempt = new TaskAttempt
        {
            Attempt = (int)task.Status.Attempt,
            Node = "n",
            Outcome = isLost ? AttemptOutcome.Lost : AttemptOutcome.Succeeded,
            StartedAt = end.AddSeconds(-seconds),
            EndedAt = end,
            Usage = new() { PromptTokens = random.NextInt64(left.Tokens + 1), Seconds = seconds },
        };
        return task with
        {
            Status = task.Status with { Attempts = [.. task.Status.Attempts, attempt], AssignedNode = isLost ? null : "n", Phase = isLost ? TaskPhase.Pending : TaskPhase.Succeeded, Verdict = isLost ? null : Verdict.Go },
        };
    }

    private static ClusterSnapshot Cluster(Quota[] quotas, params AgenticTask[] tasks) => Given.Cluster([Given.Node("n", slots: 30)], tasks) with { Quotas = new(quotas) };

    private static AgenticTask Budgeted(string name, long tokens, int age = 0) => Given.Task(name, age: age).With(s => s with { Budget = new() { Tokens = tokens } });

    private static AgenticTask In(string space, AgenticTask task) => task with { Metadata = task.Metadata with { NamespaceProperty = space } };

    private static AgenticTask InGold(AgenticTask task) => task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "gold" } } };

    private static AgenticTask Ended(string name, DateTimeOffset at, long tokens, int seconds = 60) => Given.Task(name)
        .After(new TaskAttempt { Attempt = 1, Node = "n", Outcome = AttemptOutcome.Succeeded, StartedAt = at.AddSeconds(-seconds), EndedAt = at, Usage = new() { PromptTokens = tokens } })
        .Ended(TaskPhase.Succeeded, Verdict.Go);
}
