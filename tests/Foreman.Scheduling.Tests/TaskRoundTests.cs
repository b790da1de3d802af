using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests;

public sealed class TaskRoundTests
{
    [Fact]
    public void No_more_are_assigned_than_have_room_and_the_others_follow_in_their_order()
    {
        var cluster = Given.Cluster([Given.Node("a", slots: 20)], Waiting(10)) with { AssignmentRoom = 4 };

        var first = Given.Decide(cluster);
        Assert.Equal(["t0", "t1", "t2", "t3"], Assigned(first));
        Assert.True(first.LeftOut);
        Assert.Null(first.State.Settled);

        var full = cluster.Then(first, seconds: 1) with { AssignmentRoom = 0 };
        var none = Given.Decide(full);
        Assert.Empty(none.Tasks);
        Assert.True(none.LeftOut);

        var rest = Given.Decide(full.Then(none, seconds: 1) with { AssignmentRoom = 100 });
        Assert.Equal(["t4", "t5", "t6", "t7", "t8", "t9"], Assigned(rest));
        Assert.False(rest.LeftOut);
    }

    [Fact]
    public void What_is_left_out_for_room_changes_nothing_of_what_follows()
    {
        var cluster = Given.Cluster([Given.Node("a", slots: 3), Given.Node("b", slots: 2)], Waiting(8));
        var atOnce = Given.Decide(cluster);

        var (assigned, now) = (new List<string>(), cluster with { AssignmentRoom = 1 });
        for (var i = 0; i < 6; i++)
        {
            var plan = Given.Decide(now);
            assigned.AddRange(Assigned(plan));
            now = now.Then(plan);
        }

        Assert.Equal(Assigned(atOnce), assigned);
        Assert.All(now.Tasks.Where(t => t.IsPending()), t => Assert.Equal(Reasons.WaitingForCapacity, t.Status.Conditions.Find(ConditionTypes.Scheduled)?.Reason));
    }

    [Fact]
    public void A_task_that_is_taken_back_needs_no_room()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a").Claimed()) with { AssignmentRoom = 0, Leases = [Given.Lease("a", holder: "")] };

        Assert.IsType<TakeBackTask>(Given.Decide(cluster).Write("t"));
    }

    [Fact]
    public void Explanations_take_no_room_of_assignments()
    {
        var nowhere = Waiting(3, "n", priority: 5).Select(t => t.With(s => s with { RequiredCapability = new() { MinRAMGB = 1000 } }));
        var cluster = Given.Cluster([Given.Node("a", slots: 4)], [.. nowhere, .. Waiting(2)]) with { AssignmentRoom = 1 };

        var plan = Given.Decide(cluster);

        Assert.Equal(3, plan.Tasks.OfType<ExplainTask>().Count());
        Assert.Equal(["t0"], Assigned(plan));
    }

    [Fact]
    public void A_host_never_has_more_unclaimed_assignments_than_slots()
    {
        var cluster = Given.Cluster([Given.Node("a", slots: 3)], Waiting(20));
        for (var i = 0; i < 5; i++)
        {
            var plan = Given.Decide(cluster);
            cluster = cluster.Then(plan, seconds: 1).Renewed("a");
            Assert.Equal(3, cluster.Tasks.Count(t => t.IsScheduled()));
        }
    }

    private static AgenticTask[] Waiting(int count, string name = "t", int priority = 0) =>
        [.. Enumerable.Range(0, count).Select(i => Given.Task($"{name}{i}", priority, age: 100 - i))];

    private static IEnumerable<string> Assigned(Plan plan) => plan.Tasks.OfType<AssignTask>().Select(d => d.Task.Name());
}
