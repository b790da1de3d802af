using Foreman.Api;

namespace Foreman.Scheduling.Tests.Sharing;

public class QueueSharesTests
{
    private static readonly QueueKey Default = new("default", null);

    [Fact]
    public void An_ended_run_counts_for_half_after_each_half_life_and_one_of_a_time_to_come_counts_whole()
    {
        Assert.Equal(
            [400.0, 200.0, 100.0, 400.0],
            new[] { 0.0, 6.0, 12.0, -5.0 }.Select(hours => Of(Given.Cluster([], Ended("t", 400, Given.Now.AddHours(-hours)))).UseOf(Default)));
    }

    [Fact]
    public void Attempts_count_each_by_its_own_age_also_of_a_task_that_waits_again()
    {
        var task = Given.Task("t").After(Attempt(400, Given.Now.AddHours(-6)), Attempt(100, Given.Now));

        Assert.Equal(300.0, Of(Given.Cluster([], task)).UseOf(Default));
    }

    [Fact]
    public void A_run_counts_by_what_is_expected_of_it_until_it_has_used_more()
    {
        var task = Given.Task("t").Assigned("a").Claimed();
        AgenticTask Since(int minutes) => task with { Status = task.Status with { Claim = task.Status.Claim! with { AcquiredAt = Given.Now.AddMinutes(-minutes) } } };

        Assert.Equal(
            [600.0, 600.0, 1800.0],
            new[] { Given.Task("t").Assigned("a"), Since(1), Since(30) }.Select(t => Of(Given.Cluster([], t)).UseOf(Default)));
    }

    [Fact]
    public void A_task_that_gets_a_slot_is_charged_what_is_expected_and_never_nothing()
    {
        var shares = Of(Given.Cluster([]));
        Assert.Empty(shares.Queues);

        shares.Charge(Given.Task("t"));
        Assert.Equal(600.0, shares.UseOf(Default));

        var spent = Given.Task("spent").With(s => s with { Budget = new() { Seconds = 10 } }).After(Attempt(10, Given.Now));
        shares.Charge(InGold(spent));
        Assert.Equal(0.001, shares.UseOf(Default with { Name = "gold" }));
        Assert.Equal([Default, Default with { Name = "gold" }], shares.Queues);
    }

    [Fact]
    public void What_a_queue_has_had_is_divided_by_its_weight_or_by_that_of_its_namespace()
    {
        AgenticTask[] tasks = [Ended("t", 600, Given.Now), InGold(Ended("g", 600, Given.Now)), InSilver(Ended("s", 600, Given.Now))];
        var shares = Of(Given.Cluster([], tasks) with { Quotas = new([new() { Namespace = "default", Weight = 2 }, new() { Namespace = "default", Queue = "gold", Weight = 6 }]) });

        Assert.Equal([300.0, 100.0, 300.0], new[] { Default, Default with { Name = "gold" }, Default with { Name = "silver" } }.Select(shares.Of));
        Assert.Equal(600.0, shares.UseOf(Default with { Name = "gold" }));
        Assert.Equal(0.0, shares.Of(new("elsewhere", null)));
    }

    [Fact]
    public void The_order_of_the_tasks_changes_nothing()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            AgenticTask[] tasks = [.. Enumerable.Range(0, 40).Select(i => Ended($"t{i}", random.Next(1, 5000), Given.Now.AddSeconds(-random.Next(200_000))))];
            AgenticTask[] shuffled = [.. tasks.OrderBy(_ => random.Next())];

            Assert.Equal(Of(Given.Cluster([], tasks)).UseOf(Default), Of(Given.Cluster([], shuffled)).UseOf(Default));
        }
    }

    private static QueueShares Of(ClusterSnapshot cluster) => new(cluster, new([], cluster.Settings.FairShare), Given.Now);

    private static AgenticTask InGold(AgenticTask task) => task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "gold" } } };

    private static AgenticTask InSilver(AgenticTask task) => task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "silver" } } };

    private static AgenticTask Ended(string name, int seconds, DateTimeOffset at) => Given.Task(name).After(Attempt(seconds, at)).Ended(TaskPhase.Succeeded, Verdict.Go);

    private static TaskAttempt Attempt(int seconds, DateTimeOffset at) => new()
    {
        Attempt = 1,
        Node = "a",
        Outcome = AttemptOutcome.Succeeded,
        StartedAt = at.AddSeconds(-seconds),
        EndedAt = at,
    };
}
