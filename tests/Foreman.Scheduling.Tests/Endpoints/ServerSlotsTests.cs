using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Endpoints;

public class ServerSlotsTests
{
    private const string Url = "http://models.example.org:8080";

    private static readonly Agent[] Agents =
    [
        Given.Agent("proxy", s => s with { Provider = AgentProvider.CloudProxy, ProviderConfig = new() { BaseURL = $"{Url}/v1", Model = "large" } }),
        Given.Agent("other", s => s with { Provider = AgentProvider.CloudProxy, ProviderConfig = new() { BaseURL = Url, Model = "large" } }),
        Given.Agent("served", s => s with { InferenceServiceRef = new() { Name = "big" } }),
    ];

    [Fact]
    public void Agents_that_resolve_to_one_server_share_its_slots_within_a_decision()
    {
        var cluster = Cluster(2, Of("t1", "proxy"), Of("t2", "other"), Of("t3", "served"), Of("t4", "proxy"));

        var plan = Given.Decide(cluster);

        Assert.Equal(["t1", "t2"], plan.Tasks.OfType<AssignTask>().Select(d => d.Task.Name()).Order());
        Assert.Equal((Reasons.ConcurrencyLimit, Reasons.ConcurrencyLimit), (plan.Write("t3").Scheduled().Reason, plan.Write("t4").Scheduled().Reason));
        Assert.Equal(
            $"Model server {Url} takes 2 at once (by its InferenceService), and 2 use it; this one follows when one of them ends.",
            plan.Write("t4").Scheduled().Message);
    }

    [Fact]
    public void Tasks_that_run_already_hold_slots_and_one_that_ended_gives_its_own_back()
    {
        var running = Using(Of("r", "proxy").Assigned("a").Claimed(), Url);
        var full = Cluster(1, running, Of("t", "served"));

        Assert.IsType<ExplainTask>(Given.Decide(full).Write("t"));
        Assert.IsType<AssignTask>(Given.Decide(full with { Tasks = [running.Ended(TaskPhase.Succeeded, Verdict.Go), Of("t", "served")] }).Write("t"));
    }

    [Fact]
    public void A_slot_is_free_once_it_is_stored_that_its_task_was_taken_back()
    {
        var back = Using(Of("back", "proxy").After(new TaskAttempt { Attempt = 1, Node = "a", Placement = Placement.Node, Outcome = AttemptOutcome.Lost }), Url);
        var cluster = Cluster(1, back, Of("t", "served"));

        Assert.Equal(Reasons.ConcurrencyLimit, Given.Decide(cluster with { Unconfirmed = new HashSet<string> { back.Uid() } }).Write("t").Scheduled().Reason);
        Assert.IsType<AssignTask>(Given.Decide(cluster with { Tasks = [Of("t", "served")] }).Write("t"));
    }

    [Theory]
    [InlineData(null, null, 4)]
    [InlineData(3, null, 3)]
    [InlineData(3, 1, 1)]
    public void Its_InferenceService_goes_before_what_hosts_have_probed_and_that_before_the_setting(int? probed, int? declared, int starting)
    {
        var tasks = Enumerable.Range(0, 6).Select(i => Of($"t{i}", "proxy"));
        var cluster = Cluster(declared, [.. tasks]) with { Nodes = [WithServer(Given.Node("a", slots: 9), Url, null, Probed("large", probed))] };

        var plan = Given.Decide(cluster with { Settings = cluster.Settings with { TasksPerServer = 4 } });

        Assert.Equal(starting, plan.Tasks.Count(d => d is AssignTask));
    }

    [Fact]
    public void Without_any_of_them_there_is_no_bound()
    {
        var tasks = Enumerable.Range(0, 6).Select(i => Of($"t{i}", "proxy"));

        Assert.All(Given.Decide(Cluster(null, [.. tasks])).Tasks, d => Assert.IsType<AssignTask>(d));
    }

    [Fact]
    public void A_task_of_the_host_itself_uses_what_others_reach_by_another_address()
    {
        var node = WithServer(Given.Node("a", slots: 9), "http://127.0.0.1:9000", Url, Probed("large", 1));
        var own = Using(Given.Task("own").Assigned("a").Claimed(), "http://127.0.0.1:9000");

        var plan = Given.Decide(Cluster(null, own, Of("t", "proxy")) with { Nodes = [node] });

        Assert.Equal(
            $"Model server {Url} takes 1 at once (as a host has probed), and 1 use it; this one follows when one of them ends.",
            plan.Write("t").Scheduled().Message);
    }

    [Fact]
    public void A_server_on_loopback_is_another_one_on_each_host()
    {
        var node = Given.Node("a", slots: 9, models: Given.Model() with { Slots = 1 });
        var settings = new SchedulerSettings { InferenceBaseUrlOverride = "http://127.0.0.1:8080", TasksPerServer = 1 };

        var plan = Given.Decide(Given.Cluster([node], Given.Task("t1"), Given.Task("t2")) with { Settings = settings });

        Assert.All(plan.Tasks, d => Assert.IsType<AssignTask>(d));
    }

    [Fact]
    public void A_task_that_asks_no_model_needs_no_slot_of_one()
    {
        var gate = Given.Task("gate").With(s => s with { Kind = TaskKind.Verify, Payload = new TaskPayload { Repo = "o/r", Branch = "b" } });
        var node = WithServer(Given.Node("a", slots: 9), Url, null, Probed("large", 1));
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = new() { Mode = SandboxMode.Full } } } };
        var cluster = Given.Cluster([node], Using(Given.Task("r").Assigned("a").Claimed(), Url), gate) with { Settings = new() { InferenceBaseUrlOverride = Url } };

        Assert.IsType<AssignTask>(Given.Decide(cluster).Write("gate"));
    }

    [Fact]
    public void The_host_that_told_last_knows_how_many_there_are()
    {
        var old = At(WithServer(Given.Node("a", slots: 9), Url, null, Probed("large", 1)), Given.Now.AddHours(-1));
        var now = At(WithServer(Given.Node("b", slots: 9), Url, null, Probed("large", 3)), Given.Now);
        var tasks = Enumerable.Range(0, 6).Select(i => Of($"t{i}", "proxy"));

        var plan = Given.Decide(Given.Cluster([old, now], [.. tasks]) with { Agents = Agents });

        Assert.Equal(3, plan.Tasks.Count(d => d is AssignTask));
    }

    [Fact]
    public void A_host_that_is_not_heard_of_knows_less_whatever_its_clock_says()
    {
        var gone = At(WithServer(Given.Node("a", slots: 9), Url, null, Probed("large", 1)), Given.Now.AddHours(1));
        var heard = At(WithServer(Given.Node("b", slots: 9), Url, null, Probed("large", 3)), Given.Now);
        var cluster = Given.Cluster([gone, heard], [.. Enumerable.Range(0, 6).Select(i => Of($"t{i}", "proxy"))]) with { Agents = Agents };

        Assert.Equal(3, Given.Decide(cluster with { Leases = [Given.Lease("b")] }).Tasks.Count(d => d is AssignTask));
        Assert.Equal(1, Given.Decide(cluster with { Leases = [Given.Lease("a"), Given.Lease("b", holder: "")] }).Tasks.Count(d => d is AssignTask));
    }

    [Theory]
    [InlineData(true, 2, 3, 5)]
    [InlineData(null, 2, null, null)]
    [InlineData(false, 2, 3, null)]
    public void A_server_has_the_slots_of_all_its_models_when_each_says(bool? healthy, int? one, int? other, int? slots)
    {
        var server = new ModelServer { Url = Url, Healthy = healthy };
        ServedModel[] models = [Probed("one", one) with { Server = Url }, Probed("other", other) with { Server = Url }, Probed("cold", null) with { Server = Url, Loaded = false }, Probed("elsewhere", null)];

        Assert.Equal(slots, ServerSlots.ProbedSlots(new() { ModelServers = [server], Models = models }, server));
    }

    private static FleetNode At(FleetNode node, DateTimeOffset time) => node with { Status = node.Status! with { LastHeartbeatTime = time } };

    private static ServedModel Probed(string name, int? slots) => Given.Model(name) with { Slots = slots };

    private static AgenticTask Of(string name, string agent) => Given.Task(name).With(s => s with { AgentRef = new() { Name = agent } });

    private static AgenticTask Using(AgenticTask task, string url) => task with { Status = task.Status with { Model = new() { Name = "large", Url = url } } };

    private static FleetNode WithServer(FleetNode node, string url, string? reachable, ServedModel model) => node with
    {
        Status = node.Status! with
        {
            Capability = node.Status.Capability! with
            {
                ModelServers = [.. node.Status.Capability.ModelServers!, new() { Url = url, ReachableURL = reachable, Kind = ModelServerKind.OpenAI }],
                Models = [.. node.Status.Capability.Models!, model with { Server = url }],
            },
        },
    };

    private static ClusterSnapshot Cluster(int? slots, params AgenticTask[] tasks) => Given.Cluster([Given.Node("a", slots: 9)], tasks) with
    {
        Agents = Agents,
        InferenceServices = new Dictionary<ObjectKey, InferenceEndpoint> { [new("default", "big")] = new($"{Url}/v1/chat/completions", true, "large") { Slots = slots } },
    };
}
