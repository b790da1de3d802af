using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling.Tests.Properties;

namespace Foreman.Scheduling.Tests.Kept;

/// <summary>How many of the tasks that a change concerns have a turn: as many as something is decided about. Each decision is held against one that recalls nothing.</summary>
public sealed class TaskLineTests
{
    private const int Many = 100;

    [Fact]
    public void Other_numbers_give_none_of_many_tasks_a_turn_before_their_time()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], [.. Asking("t", 100), .. Asking("u", 90)]));

        var plan = Decide(WithRam(cluster, "b", 17));
        var back = Decide(WithRam(Later(cluster, plan), "b", 16));

        Assert.Empty(plan.Turns);
        Assert.Empty(plan.Tasks);
        Assert.True(plan.RequeueAt > cluster.Uptime);
        Assert.Empty(back.Turns);
        Assert.Empty(back.Tasks);
    }

    [Fact]
    public void Of_many_tasks_those_have_a_turn_whose_time_has_come()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], [.. Asking("t", 100)]));
        var now = WithRam(cluster, "b", 17);
        var held = Decide(now);

        // All were told at uptime 0, and the pace of a hundred lies between 300 and 600 s.
        var half = Decide(Awake(now with { State = held.State, Uptime = TimeSpan.FromSeconds(450) }));
        var all = Decide(Awake(now with { State = held.State, Uptime = TimeSpan.FromSeconds(601) }));

        Assert.InRange(half.Tasks.Count, 1, Many - 1);
        Assert.Equal(half.Tasks.Select(t => t.Task.Name()), half.Turns.Select(t => t.Name()));
        Assert.Equal(Many, all.Tasks.Count);
    }

    [Fact]
    public void Another_reason_is_told_to_some_at_once_and_to_the_others_in_their_order_until_all_are_told()
    {
        var (told, most) = (new List<string>(), 0);
        var now = WithRam(Given.Settled(Taken([.. Asking("t", 100)])), "b", 120) with { RefreshRoom = 10 };
        for (var i = 0; i < (Many / 10) + 1; i++)
        {
            var plan = Decide(now);
            Assert.All(plan.Tasks, t => Assert.Equal(Reasons.WaitingForCapacity, t.Scheduled().Reason));
            Assert.InRange(plan.Tasks.Count, 0, 10);
            Assert.True(plan.RequeueAt == now.Uptime || told.Count + plan.Tasks.Count == Many);
            told.AddRange(plan.Tasks.Select(t => t.Task.Name()));
            most = Math.Max(most, plan.Turns.Count);
            now = now.Then(plan);
        }

        // Those that are told, those that were told before, and the one for which there is no room.
        Assert.InRange(most, 10, 10 + 10 + 1);
        Assert.Equal(Asking("t", 100).Select(t => t.Name()), told);
    }

    [Fact]
    public void Those_of_a_larger_priority_are_told_another_reason_first()
    {
        AgenticTask[] tasks = [.. Asking("low", 100).Take(5), .. Asking("high", 100).Take(5).Select(t => t.With(s => s with { Priority = 1 }))];
        var now = WithRam(Given.Settled(Taken(tasks)), "b", 120) with { RefreshRoom = 6 };

        var first = Decide(now);
        var second = Decide(now.Then(first));

        Assert.Equal(["high000", "high001", "high002", "high003", "high004", "low000"], first.Tasks.Select(t => t.Task.Name()));
        Assert.Equal(["low001", "low002", "low003", "low004"], second.Tasks.Select(t => t.Task.Name()));
    }

    [Fact]
    public void Without_room_for_explanations_nobody_is_forgotten()
    {
        var now = WithRam(Given.Settled(Taken([.. Asking("t", 100)])), "b", 120);

        var none = Decide(now with { ExplanationRoom = 0 });
        var some = Decide(now with { State = none.State, ExplanationRoom = 7 });
        var rest = Decide(now.Then(some));

        Assert.True(none.LeftOut && some.LeftOut);
        Assert.Empty(none.Tasks);
        Assert.Equal(7, some.Tasks.Count);
        Assert.Equal(Many - 7, rest.Tasks.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Slots_that_become_free_give_as_many_a_turn_as_get_one(int slots)
    {
        AgenticTask[] running = [.. Enumerable.Range(0, slots).Select(i => Given.Task($"r{i}").Assigned("a").Claimed())];
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", slots: slots, ram: 16)], [.. Asking("t", 0), .. running]));

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks.Select(t => t.IsRunning() ? t.Ended(TaskPhase.Succeeded, Verdict.Go) : t)] });

        Assert.Equal(Asking("t", 0).Take(slots).Select(t => t.Name()), plan.Turns.Select(t => t.Name()));
        Assert.Equal(slots, plan.Tasks.OfType<AssignTask>().Count());
    }

    [Fact]
    public void Tasks_that_come_and_go_leave_the_others_in_their_groups()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], [.. Asking("t", 100)]));

        var plan = Decide(WithRam(cluster, "b", 17) with { Tasks = [Asking("new", 100)[0], .. cluster.Tasks.Skip(3)] });

        Assert.Equal("new000", Assert.Single(plan.Turns).Name());
    }

    // A host that would take them once it has the memory for them has one slot, which is taken.
    private static ClusterSnapshot Taken(AgenticTask[] tasks) =>
        Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], [.. tasks, Given.Task("r").Assigned("b").Claimed()]);

    private static AgenticTask[] Asking(string name, int ram) =>
        [.. Enumerable.Range(0, Many).Select(i => Given.Task($"{name}{i:000}", age: 10).With(s => s with { RequiredCapability = new() { MinRAMGB = ram } }))];

    private static ClusterSnapshot WithRam(ClusterSnapshot cluster, string host, int gigabytes) => cluster with
    {
        Nodes =
        [
            .. cluster.Nodes.Select(n => n.Name() == host
                ? n with { Status = n.Status! with { Capability = n.Status.Capability! with { AvailableRAMGB = gigabytes } } }
                : n),
        ],
    };

    private static ClusterSnapshot Awake(ClusterSnapshot cluster) => cluster.Renewed([.. cluster.Nodes.Select(n => n.Name())]);

    private static Plan Decide(ClusterSnapshot cluster)
    {
        var plan = Given.Decide(cluster);
        var forgetful = cluster with { State = cluster.State with { Settled = null, Verdicts = FleetVerdicts.None, Kept = null, KeptLeases = null, Trimmed = null } };
        Assert.Equal(PlanText.Of(Given.Decide(forgetful)), PlanText.Of(plan));
        return plan;
    }

    private static ClusterSnapshot Later(ClusterSnapshot cluster, Plan plan) =>
        cluster with { State = plan.State, Uptime = cluster.Uptime + TimeSpan.FromMilliseconds(10) };
}
