using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling.Tests.Properties;

namespace Foreman.Scheduling.Tests.Kept;

/// <summary>Which waiting tasks have a turn after something has changed; each decision is held against one that recalls nothing.</summary>
public class QuietTasksTests
{
    private const string Url = "http://models.example.org:8080";

    private static Agent Proxy => Given.Agent("proxy", s => s with { Provider = AgentProvider.CloudProxy, ProviderConfig = new() { BaseURL = Url, Model = "large" } });

    [Fact]
    public void A_host_that_changes_nothing_for_those_who_wait_gives_none_of_them_a_turn()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], Asking("t1", 100), Asking("t2", 90)));

        var plan = Decide(WithRam(cluster, "a", 7));

        Assert.Empty(plan.Turns);
        Assert.Empty(plan.Decisions);
    }

    [Fact]
    public void A_host_that_comes_to_be_the_nearest_gives_those_a_turn_who_are_told_so_once_their_time_has_come()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], Asking("t1", 100), Asking("t2", 90), Asking("t3", 12, "gpu")));
        Assert.All(cluster.Tasks, t => Assert.Contains("Nearest is b", t.Status.Conditions.Find(ConditionTypes.Scheduled)!.Message, StringComparison.Ordinal));

        var now = WithRam(cluster, "a", 50);
        var plan = Decide(now);
        Assert.Empty(plan.Turns);

        var told = new List<string>();
        for (var i = 0; i < 6 && told.Count < 3; i++)
        {
            now = now.Then(plan) with { Uptime = plan.RequeueAt!.Value };
            plan = Decide(now);
            Assert.All(plan.Tasks, t => Assert.Contains("Nearest is a", t.Scheduled().Message, StringComparison.Ordinal));
            told.AddRange(plan.Tasks.Select(t => t.Task.Name()));
        }

        Assert.Equal(["t1", "t2", "t3"], told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tasks_of_a_server_without_a_bound_have_a_turn_only_once_a_host_tells_its_slots()
    {
        var running = Given.Task("r").Assigned("a").Claimed();
        running = running with { Status = running.Status with { Model = new() { Name = "large", Url = Url } } };
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", slots: 4, ram: 8), Given.Node("b", ram: 16)], OfProxy(Asking("t1", 100)), OfProxy(Asking("t2", 90)), running) with { Agents = [Proxy] });
        Assert.Empty(Decide(WithRam(cluster, "a", 7)).Turns);

        var capability = cluster.Nodes[0].Status!.Capability!;
        var probed = capability with
        {
            ModelServers = [.. capability.ModelServers!, new() { Url = Url, Kind = ModelServerKind.OpenAI }],
            Models = [.. capability.Models!, Given.Model("large") with { Server = Url, Slots = 1 }],
        };

        var plan = Decide(cluster with { Nodes = [cluster.Nodes[0] with { Status = cluster.Nodes[0].Status! with { Capability = probed } }, cluster.Nodes[1]] });

        Assert.Equal(["t1", "t2"], Names(plan));
    }

    [Fact]
    public void The_last_slot_of_a_server_changes_what_the_others_are_told()
    {
        var services = new Dictionary<ObjectKey, InferenceEndpoint> { [new("default", "big")] = new(Url, true, "large") { Slots = 1 } };
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", slots: 4, ram: 8)], OfProxy(Asking("t", 100))) with { Agents = [Proxy], InferenceServices = services });

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks, OfProxy(Asking("new", 4)).With(s => s with { Priority = 1 })] });

        Assert.IsType<AssignTask>(plan.Write("new"));
        Assert.Contains("t", Names(plan));
    }

    [Fact]
    public void A_write_that_is_held_is_waited_for_without_a_turn()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8), Given.Node("b", ram: 16)], Asking("t1", 100), Asking("t2", 100), Asking("t3", 100)));
        var nearer = WithRam(cluster, "b", 17);
        var held = Decide(nearer);
        Assert.Empty(held.Turns);
        Assert.Empty(held.Tasks);

        var other = Decide(WithRam(Later(nearer, held), "a", 7));

        Assert.Empty(other.Turns);
        Assert.Equal(held.RequeueAt, other.RequeueAt);
        var due = Decide(WithRam(Later(nearer, other), "a", 6) with { Uptime = held.RequeueAt!.Value });
        Assert.Contains("17 there", Assert.Single(due.Tasks).Scheduled().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_task_has_its_turn_alone()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8)], Asking("t1", 100), Asking("t2", 90)));

        var plan = Decide(cluster with { Tasks = [cluster.Tasks[0], Asking("new", 100), cluster.Tasks[1]] });

        Assert.Equal(["new"], Names(plan));
        Assert.IsType<ExplainTask>(plan.Write("new"));
    }

    [Fact]
    public void A_slot_that_becomes_free_gives_a_turn_to_those_who_fit()
    {
        var (gpu, large) = (Given.Node("a"), Given.Node("b", ram: 90));
        gpu = gpu with { Spec = gpu.Spec with { Roles = ["worker", "gpu"] } };
        var cluster = Given.Settled(Given.Cluster(
            [gpu, large], Asking("t1", 8, "gpu"), Asking("t2", 100), Asking("t3", 8, "gpu"), Given.Task("r").Assigned("a").Claimed()));

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks.Take(3), cluster.Tasks[3].Ended(TaskPhase.Succeeded, Verdict.Go)] });

        // The other one that fits is told what it was told before: the slot is taken.
        Assert.Equal(["t1"], Names(plan));
        Assert.Equal("a", Assert.IsType<AssignTask>(plan.Write("t1")).Assignment.Node);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_assignment_that_fills_the_nearest_host_is_decided_as_if_nothing_had_been_kept(int priority)
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 90), Given.Node("b", ram: 4)], Asking("t", 100)));

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks, Asking("new", 8).With(s => s with { Priority = priority })] });

        Assert.Equal("a", Assert.IsType<AssignTask>(plan.Write("new")).Assignment.Node);
        Assert.Equal(["new", "t"], Names(plan));
    }

    [Fact]
    public void What_was_asked_of_other_tasks_is_asked_again_when_one_has_changed()
    {
        var cluster = Given.Settled(Given.Cluster(
            [Given.Node("a", ram: 8), Given.Node("b", ram: 16)], Asking("t", 4).With(s => s with { DependsOn = ["r"] }), Asking("u", 100), Given.Task("r").Assigned("a").Claimed()));
        Assert.Empty(Decide(WithRam(cluster, "a", 7)).Turns);

        var progress = cluster.Tasks[2] with { Metadata = cluster.Tasks[2].Metadata with { Generation = 2 } };

        Assert.Equal(["t"], Names(Decide(cluster with { Tasks = [.. cluster.Tasks.Take(2), progress] })));
    }

    [Fact]
    public void An_Agent_that_has_changed_gives_all_a_turn()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8)], Asking("t1", 100), Asking("t2", 90)));

        Assert.Equal(["t1", "t2"], Names(Decide(cluster with { Agents = [Given.Agent("coder")] })));
    }

    [Fact]
    public void A_task_whose_decision_had_no_answer_for_a_while_has_a_turn()
    {
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", ram: 8)], Asking("t1", 100), Asking("t2", 90)));
        var unconfirmed = cluster with { Unconfirmed = new HashSet<string> { "uid-t1" } };

        var plan = Decide(unconfirmed);

        Assert.Empty(plan.Turns);
        Assert.Equal(["t1"], Names(Decide(Later(cluster, plan))));
    }

    private static AgenticTask Asking(string name, int ram, string? role = null) =>
        Given.Task(name, age: 10).With(s => s with { RequiredCapability = new() { MinRAMGB = ram, Roles = role is null ? null : [role] } });

    private static ClusterSnapshot WithRam(ClusterSnapshot cluster, string host, int gigabytes) => cluster with
    {
        Nodes =
        [
            .. cluster.Nodes.Select(n => n.Name() == host
                ? n with { Status = n.Status! with { Capability = n.Status.Capability! with { AvailableRAMGB = gigabytes } } }
                : n),
        ],
    };

    private static AgenticTask OfProxy(AgenticTask task) => task.With(s => s with { AgentRef = new() { Name = "proxy" } });

    private static IEnumerable<string> Names(Plan plan) => plan.Turns.Select(t => t.Name()).Order(StringComparer.Ordinal);

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
