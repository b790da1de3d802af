using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.CleanUp;

public class NodeCleanUpTests
{
    private static readonly TimeSpan Left = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Dead = TimeSpan.FromHours(24);

    [Fact]
    public void A_host_that_left_by_choice_goes_after_ten_minutes_and_the_event_says_why()
    {
        var cluster = Cluster(Leaving("a")) with { Leases = [Given.Lease("a", "")] };
        var seen = Given.Decide(cluster);
        Assert.Empty(Deleted(seen));

        var gone = cluster.Then(seen) with { Uptime = Left - TimeSpan.FromSeconds(1) };
        var last = Given.Decide(gone);
        Assert.Empty(Deleted(last));
        Assert.Equal(Left, last.RequeueAt);

        var deletion = Assert.Single(Given.Decide(gone.Then(last, seconds: 1)).Decisions.OfType<DeleteNode>());
        Assert.Equal(("a", Reasons.CleanedUp, false), (deletion.Node.Name(), deletion.Event!.Reason, deletion.Event.Warning));
        Assert.Equal("Its agent was stopped 10 min ago, so the FleetNode is deleted; the agent registers the host again when it starts.", deletion.Event.Message);
    }

    [Fact]
    public void A_host_that_fell_silent_goes_after_a_day_from_when_it_counted_as_dead()
    {
        var (cluster, death) = Died();

        Assert.Empty(Deleted(Given.Decide(cluster with { Uptime = death + Dead - TimeSpan.FromSeconds(1) })));
        var deletion = Assert.Single(Given.Decide(cluster with { Uptime = death + Dead }).Decisions.OfType<DeleteNode>());
        Assert.Equal("Its agent has been gone for 24 h, so the FleetNode is deleted; the agent registers the host again when it starts.", deletion.Event!.Message);
    }

    [Fact]
    public void An_agent_that_ended_without_being_told_to_has_not_left_by_choice()
    {
        var cluster = Cluster(Given.Node("a")) with { Leases = [Given.Lease("a", "")] };
        var seen = Given.Decide(cluster);

        Assert.Empty(Deleted(Given.Decide(cluster.Then(seen) with { Uptime = Left })));
        Assert.Equal(["a"], Deleted(Given.Decide(cluster.Then(seen) with { Uptime = Dead })));
    }

    [Fact]
    public void A_new_leader_counts_anew()
    {
        var (cluster, death) = Died();
        var successor = cluster with { State = SchedulerState.Empty, Uptime = TimeSpan.FromSeconds(1), Nodes = [Stale("a")] };

        var seen = Given.Decide(successor);

        Assert.Equal(TimeSpan.FromSeconds(1), seen.State.CleanUp.Nodes["uid-a"].Since);
        Assert.Empty(Deleted(Given.Decide(successor.Then(seen) with { Uptime = Dead })));
        Assert.Equal(["a"], Deleted(Given.Decide(successor.Then(seen) with { Uptime = Dead + TimeSpan.FromSeconds(1) })));
        Assert.Equal(["a"], Deleted(Given.Decide(cluster with { Uptime = death + Dead })));
    }

    [Fact]
    public void One_renewal_and_the_time_begins_anew()
    {
        var (cluster, _) = Died();
        var back = cluster.Renewed("a") with { Uptime = TimeSpan.FromHours(23) };
        var alive = Given.Decide(back);
        Assert.Empty(alive.State.CleanUp.Nodes);

        var silent = back.Then(alive) with { Uptime = back.Uptime + LivenessRules.DeadAfter };
        var dead = Given.Decide(silent);
        Assert.Equal(silent.Uptime, dead.State.CleanUp.Nodes["uid-a"].Since);
        Assert.Empty(Deleted(Given.Decide(silent.Then(dead) with { Uptime = TimeSpan.FromHours(25) })));
    }

    [Theory]
    [InlineData("cordoned")]
    [InlineData("drained")]
    [InlineData("for some namespaces only")]
    [InlineData("going already")]
    public void A_host_of_which_an_admin_said_something_stays(string how)
    {
        var node = Leaving("a");
        node = how switch
        {
            "cordoned" => node with { Spec = node.Spec with { Unschedulable = true } },
            "drained" => node with { Spec = node.Spec with { Drain = new() } },
            "for some namespaces only" => node with { Spec = node.Spec with { Namespaces = ["team"] } },
            _ => node with { Metadata = node.Metadata with { DeletionTimestamp = Given.Now } },
        };
        var cluster = Cluster(node) with { Leases = [Given.Lease("a", "")] };

        Assert.Empty(Deleted(Given.Decide(cluster.Then(Given.Decide(cluster)) with { Uptime = TimeSpan.FromDays(30) })));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_host_that_a_task_names_stays_until_that_task_has_ended(bool asHolder)
    {
        var task = asHolder
            ? Given.Task("t").Assigned("a", new Placement("Later")).Claimed()
            : Given.Task("t").With(s => s with { Suspend = true, Payload = s.Payload with { Inputs = [new() { Path = "x", FromTask = new() { Name = "u", Path = "x" }, Host = "a" }] } });
        var cluster = Cluster(Leaving("a")) with { Leases = [Given.Lease("a", "")], Tasks = [task] };
        var late = cluster.Then(Given.Decide(cluster)) with { Uptime = Left, Tasks = [task] };

        Assert.Empty(Deleted(Given.Decide(late)));
        Assert.Equal(["a"], Deleted(Given.Decide(late with { Tasks = [task.Ended(TaskPhase.Succeeded, Verdict.Go)] })));
    }

    [Fact]
    public void A_host_of_another_operator_stays()
    {
        var cluster = Cluster(Leaving("a")) with { Leases = [] };

        Assert.Empty(Deleted(Given.Decide(cluster.Then(Given.Decide(cluster)) with { Uptime = TimeSpan.FromDays(30) })));
    }

    [Fact]
    public void While_the_API_server_is_away_and_for_a_moment_after_that_nothing_is_deleted()
    {
        var (cluster, death) = Died();
        var due = death + Dead;
        var away = cluster with { Uptime = due, IsApiReachable = false };
        var without = Given.Decide(away);
        Assert.Empty(Deleted(without));

        var again = away.Then(without, seconds: 60) with { IsApiReachable = true };
        var first = Given.Decide(again);
        Assert.Empty(Deleted(first));
        Assert.Equal(again.Uptime + LivenessRules.DeadAfter, first.RequeueAt);
        Assert.Equal(["a"], Deleted(Given.Decide(again.Then(first, seconds: LivenessRules.DeadAfter.TotalSeconds))));
    }

    [Fact]
    public void While_most_hosts_are_silent_at_once_nothing_is_deleted()
    {
        var cluster = Cluster(Leaving("a"), Given.Node("b"), Given.Node("c"));
        cluster = cluster with { Leases = [Given.Lease("a", ""), Given.Lease("b"), Given.Lease("c")] };
        var silent = cluster.Then(Given.Decide(cluster)) with { Uptime = Left };

        var plan = Given.Decide(silent);

        Assert.True(plan.State.Disrupted);
        Assert.Empty(Deleted(plan));
    }

    [Fact]
    public void A_lease_that_went_with_its_host_is_forgotten()
    {
        var cluster = Cluster(Leaving("a")) with { Leases = [Given.Lease("a", "")] };
        var gone = cluster.Then(Given.Decide(cluster), seconds: 1) with { Nodes = [], Leases = [] };

        var plan = Given.Decide(gone);

        Assert.Empty(plan.State.Leases);
        Assert.Empty(plan.State.CleanUp.Nodes);
    }

    private static IReadOnlyList<string> Deleted(Plan plan) => [.. plan.Decisions.OfType<DeleteNode>().Select(d => d.Node.Name())];

    private static ClusterSnapshot Cluster(params FleetNode[] nodes)
    {
        var cluster = Given.Cluster(nodes);
        return cluster with { Settings = cluster.Settings with { CleanUp = new() { LeftNodes = Left, DeadNodes = Dead } } };
    }

    // A host whose one Lease was never renewed, as it is when that made it dead.
    private static (ClusterSnapshot Cluster, TimeSpan Death) Died()
    {
        var alive = Cluster(Given.Node("a"));
        var silent = alive.Then(Given.Decide(alive)) with { Uptime = LivenessRules.DeadAfter };
        var dead = Given.Decide(silent);
        Assert.Equal(silent.Uptime, dead.State.CleanUp.Nodes["uid-a"].Since);
        return (silent.Then(dead), silent.Uptime);
    }

    private static FleetNode Leaving(string name)
    {
        var node = Given.Node(name);
        return node with { Status = node.Status! with { NotAccepting = [new() { Reason = Reasons.Draining, Message = "the agent was told to stop" }] } };
    }

    private static FleetNode Stale(string name)
    {
        var node = Given.Node(name);
        return node with { Status = node.Status! with { Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = Reasons.HeartbeatStale }] } };
    }
}
