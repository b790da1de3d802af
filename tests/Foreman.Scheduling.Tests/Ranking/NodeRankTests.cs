using Foreman.Api;

namespace Foreman.Scheduling.Tests.Ranking;

public class NodeRankTests
{
    [Fact]
    public void A_host_with_the_model_in_memory_beats_a_bigger_one_without()
    {
        var plan = Given.Decide(Given.Cluster(
            [Given.Node("big", 8, 512, Given.Model(loaded: false)), Given.Node("warm", 1, 16, Given.Model(loaded: true))], Given.Task("t")));

        Assert.Equal("warm", plan.Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void Tasks_spread_over_free_slots()
    {
        var plan = Given.Decide(Given.Cluster(
            [Given.Node("a", slots: 2), Given.Node("b", slots: 2)], Given.Task("t1"), Given.Task("t2"), Given.Task("t3"), Given.Task("t4")));

        Assert.Equal(["a", "a", "b", "b"], plan.Tasks.Select(w => w.After.Status.AssignedNode).Order());
    }

    [Fact]
    public void A_host_that_has_less_of_its_slots_taken_is_better_than_one_with_more_free_slots()
    {
        var running = Enumerable.Range(0, 4).Select(i => Given.Task($"r{i}").Assigned("large").Claimed());

        var plan = Given.Decide(Given.Cluster([Given.Node("large", slots: 8), Given.Node("small", slots: 2)], [.. running, Given.Task("t")]));

        Assert.Equal("small", plan.Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void A_host_that_is_much_faster_is_better_than_an_idle_one()
    {
        var cluster = Given.Cluster(
            [Given.Node("fast", slots: 2, models: Given.Model(speed: 200)), Given.Node("slow", slots: 2, models: Given.Model(speed: 20))],
            Given.Task("r").Assigned("fast").Claimed(), Given.Task("t"));

        Assert.Equal("fast", Given.Decide(cluster).Write("t").After.Status.AssignedNode);
        Assert.Equal("slow", Given.Decide(cluster with { Settings = cluster.Settings with { Rank = new() { Speed = 1 } } }).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void Weights_that_have_changed_count_at_once()
    {
        var cluster = Given.Cluster([Given.Node("big", ram: 256, models: Given.Model(speed: 50)), Given.Node("small", ram: 32, models: Given.Model(speed: 40))], Given.Task("first"));
        var plan = Given.Decide(cluster);
        Assert.Equal("small", plan.Write("first").After.Status.AssignedNode);
        var next = cluster.Then(plan, 1).Renewed("big", "small") with { Tasks = [Given.Task("t")] };

        Assert.Equal("small", Given.Decide(next).Write("t").After.Status.AssignedNode);
        Assert.Equal("big", Given.Decide(next with { Settings = next.Settings with { Rank = new() { SpareMemory = 0 } } }).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void A_host_on_which_the_task_was_lost_goes_last()
    {
        var lost = new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.Lost };

        var plan = Given.Decide(Given.Cluster([Given.Node("a", slots: 4), Given.Node("b")], Given.Task("t").After(lost)));

        Assert.Equal("b", plan.Write("t").After.Status.AssignedNode);
    }
}
