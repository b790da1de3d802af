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
    public void A_host_on_which_the_task_was_lost_goes_last()
    {
        var lost = new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.Lost };

        var plan = Given.Decide(Given.Cluster([Given.Node("a", slots: 4), Given.Node("b")], Given.Task("t").After(lost)));

        Assert.Equal("b", plan.Write("t").After.Status.AssignedNode);
    }
}
