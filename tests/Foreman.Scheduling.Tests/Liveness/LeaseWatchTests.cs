using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Liveness;

public class LeaseWatchTests
{
    private static readonly FleetNode[] Three = [Given.Node("a"), Given.Node("b"), Given.Node("c")];

    [Fact]
    public void A_silent_host_is_not_ready_within_a_minute_and_its_task_is_placed_again_right_then()
    {
        var cluster = Given.Cluster(Three, Given.Task("t").Assigned("a").Claimed());
        var plan = Given.Decide(cluster);
        cluster = Pass(cluster, ref plan, 54, "b", "c");
        Assert.Empty(plan.Tasks);

        cluster = Pass(cluster, ref plan, 1, "b", "c");

        Assert.Equal(AttemptOutcome.Lost, plan.Write("t").After.Status.Attempts[0].Outcome);
        Assert.Equal("NotReady", PhaseOf(plan, "a"));
        var next = Given.Decide(cluster.Then(plan));
        Assert.NotEqual("a", next.Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void A_suspect_keeps_what_it_has_and_gets_nothing_new()
    {
        var cluster = Given.Cluster(Three);
        var plan = Given.Decide(cluster);
        cluster = Pass(cluster, ref plan, 41, "b", "c");

        var suspect = Given.Decide(cluster with { Nodes = [Given.Node("a")], Tasks = [Given.Task("t")], State = plan.State });

        Assert.Contains("1 not ready", suspect.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_most_hosts_fall_silent_at_once_nothing_is_taken_back_and_timers_start_anew()
    {
        var cluster = Given.Cluster(Three, Given.Task("t").Assigned("a").Claimed());
        var plan = Given.Decide(cluster);
        cluster = Pass(cluster, ref plan, 300);
        Assert.Empty(plan.Tasks);
        Assert.True(plan.State.Disrupted);

        cluster = Pass(cluster, ref plan, 1, "b", "c");
        Assert.False(plan.State.Disrupted);
        cluster = Pass(cluster, ref plan, 50, "b", "c");
        Assert.Empty(plan.Tasks);

        Pass(cluster, ref plan, 5, "b", "c");
        Assert.IsType<TakeBackTask>(plan.Write("t"));
    }

    [Fact]
    public void A_lone_host_that_falls_silent_is_dead()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a").Claimed());
        var plan = Given.Decide(cluster);

        Pass(cluster, ref plan, 55);

        Assert.IsType<TakeBackTask>(plan.Write("t"));
    }

    [Fact]
    public void Silence_means_nothing_while_the_operator_itself_hears_nothing()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a").Claimed());
        var plan = Given.Decide(cluster);

        Pass(cluster with { IsApiReachable = false }, ref plan, 600);

        Assert.Empty(plan.Tasks);
    }

    [Fact]
    public void A_stopped_agent_is_not_lost_but_stopped()
    {
        var cluster = Given.Cluster([Given.Node("a")]) with { Leases = [Given.Lease("a", holder: "")] };

        var plan = Given.Decide(cluster);

        Assert.Equal("NotReady", PhaseOf(plan, "a"));
        Assert.Equal(Reasons.AgentStopped, Assert.Single(plan.Nodes).After.Conditions.Find(ConditionTypes.Ready)?.Reason);
    }

    [Fact]
    public void The_hosts_clock_plays_no_part()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a").Claimed());
        var plan = Given.Decide(cluster with { Leases = [Given.Lease("a", renewal: -86400)] });
        Assert.Empty(plan.Tasks);

        Pass(cluster with { Leases = [Given.Lease("a", renewal: 86400)] }, ref plan, 54);
        Assert.Empty(plan.Tasks);
    }

    [Fact]
    public void A_new_operator_believes_what_the_old_one_said_until_the_host_renews()
    {
        var node = Given.Node("a");
        node = node with
        {
            Status = node.Status! with
            {
                Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = Reasons.HeartbeatStale }],
            },
        };
        var cluster = Given.Cluster([node], Given.Task("t"));

        var plan = Given.Decide(cluster);
        Assert.IsType<ExplainTask>(plan.Write("t"));

        Assert.IsType<AssignTask>(Given.Decide(cluster.Renewed("a") with { State = plan.State }).Write("t"));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(-1, false)]
    public void A_host_that_got_a_task_after_it_was_stale_keeps_it_when_another_operator_begins(int later, bool isKept)
    {
        var mark = Given.Now.AddMinutes(-5);
        var node = Given.Node("a");
        node = node with { Status = node.Status! with { Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = Reasons.HeartbeatStale, LastTransitionTime = mark }] } };
        var task = Given.Task("t").Assigned("a").Claimed();
        V1Condition scheduled = new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = mark.AddSeconds(later) };
        task = task with { Status = task.Status with { Conditions = [scheduled] } };

        Assert.Equal(isKept, !Given.Decide(Given.Cluster([node], task)).Tasks.OfType<TakeBackTask>().Any());
    }

    [Fact]
    public void A_renewal_counts_from_when_it_was_seen_however_late_the_next_decision_is()
    {
        var cluster = Given.Cluster(Three);
        var renewed = cluster.Then(Given.Decide(cluster), 30).Renewed("a", "b", "c");
        var seen = renewed.Leases.ToDictionary(l => l.Name(), l => new SeenLease(l, TimeSpan.FromSeconds(l.Name() == Labels.LeaseName("a") ? 10 : 29)));

        var plan = Given.Decide(renewed with { LeasesSeen = seen });

        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(29)), (plan.State.Leases["a"].ChangedAt, plan.State.Leases["b"].ChangedAt));
        Assert.InRange(plan.RequeueAt!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(50));
        Assert.Equal("NotReady", PhaseOf(Given.Decide(renewed.Then(plan, 35).Renewed("b", "c")), "a"));
    }

    [Fact]
    public void A_Lease_that_was_seen_as_another_object_counts_from_now()
    {
        var cluster = Given.Cluster(Three);
        var seen = cluster.Leases.ToDictionary(l => l.Name(), l => new SeenLease(l, TimeSpan.FromSeconds(10)));

        var plan = Given.Decide(cluster.Then(Given.Decide(cluster), 30).Renewed("a") with { LeasesSeen = seen });

        Assert.Equal(TimeSpan.FromSeconds(30), plan.State.Leases["a"].ChangedAt);
    }

    [Fact]
    public void A_timer_that_was_started_anew_is_not_set_back_by_a_renewal_that_was_seen_before()
    {
        var before = new ObservedLease { Holder = "host/1", RenewTime = Given.Now, ChangedAt = TimeSpan.FromSeconds(50), LiveSince = TimeSpan.FromSeconds(5) };

        var now = LeaseWatch.Renewed(Given.Lease("a", renewal: 10), before, TimeSpan.FromSeconds(45));

        Assert.Equal((TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(5)), (now.ChangedAt, now.LiveSince));
    }

    private static string? PhaseOf(Plan plan, string node) =>
        plan.Nodes.FirstOrDefault(c => c.Node.Name() == node)?.After.Phase?.Value;

    // Decides every second, as renewals come in; ends with the decision of the last one.
    private static ClusterSnapshot Pass(ClusterSnapshot cluster, ref Plan plan, int seconds, params string[] renewing)
    {
        for (var i = 0; i < seconds; i++)
        {
            cluster = cluster.Then(plan, 1).Renewed(renewing);
            plan = Given.Decide(cluster);
        }

        return cluster;
    }
}
