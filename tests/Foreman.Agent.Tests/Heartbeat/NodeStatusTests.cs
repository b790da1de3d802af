using Foreman.Api;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Hosting;
using Foreman.Kubernetes;
using Foreman.Probes;

namespace Foreman.Agent.Tests.Heartbeat;

public class NodeStatusTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private static readonly HostFacts Facts = new(new ProbeResult(new NodeCapability { TotalRAMGB = 64 }, 3, "linux", "arm64", []), null, null, null);

    [Fact]
    public void The_agent_writes_facts_and_nothing_that_is_the_operators()
    {
        var json = NodeStatus.ToJson(NodeStatus.Of(Facts, new AgentInstance { Holder = "h/n" }, ["a", "b"], Now));

        Assert.Equal(
            ["agentKind", "agentVersion", "arch", "capability", "instance", "lastHeartbeatTime", "notAccepting", "os", "phase", "slots", "taskNamespaces"],
            json.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("Ready", 3, "arm64"), (json["phase"]!.GetValue<string>(), json["slots"]!.GetValue<int>(), json["arch"]!.GetValue<string>()));
    }

    [Fact]
    public void The_sandbox_stands_beside_what_was_probed()
    {
        var facts = Facts with { Sandbox = new NodeSandbox { Mode = SandboxMode.None, Reason = "install bubblewrap" } };

        var capability = NodeStatus.ToJson(NodeStatus.Of(facts, new AgentInstance(), [], Now))["capability"]!;

        Assert.Equal("""{"mode":"none","reason":"install bubblewrap"}""", capability["sandbox"]!.ToJsonString());
        Assert.Equal(64, capability["totalRAMGB"]!.GetValue<int>());
    }

    [Fact]
    public void Whether_folders_of_the_host_are_taken_is_said_only_where_they_are()
    {
        var taken = NodeStatus.ToJson(NodeStatus.Of(Facts with { LocalRepositories = true }, new AgentInstance(), [], Now))["capability"]!;

        Assert.True(taken["localRepositories"]!.GetValue<bool>());
        Assert.Null(NodeStatus.ToJson(NodeStatus.Of(Facts, new AgentInstance(), [], Now))["capability"]!["localRepositories"]);
    }

    [Fact]
    public void All_namespaces_are_written_as_absent() =>
        Assert.Null(NodeStatus.Of(Facts, new AgentInstance(), [], Now).TaskNamespaces);

    [Fact]
    [Trait("Kind", "12")]
    public void Namespaces_without_rights_are_left_out_unless_none_is_left()
    {
        var denied = Facts with { Rights = new(["b"], null, ["grant it"]) };

        Assert.Equal(["a"], NodeStatus.Of(denied, new AgentInstance(), ["a", "b"], Now).TaskNamespaces);
        Assert.Equal(["b"], NodeStatus.Of(denied, new AgentInstance(), ["b"], Now).TaskNamespaces);
    }

    [Fact]
    public void A_drain_that_the_spec_asks_for_is_shown_with_its_reason()
    {
        var status = NodeStatus.Of(Facts with { RequestedDrain = new NodeDrain { Reason = "OS update" } }, new AgentInstance(), [], Now);

        Assert.Equal(FleetNodePhase.Draining, status.Phase);
        Assert.Equal("spec.drain asks for it: OS update", Assert.Single(status.NotAccepting!).Message);
    }

    [Fact]
    public void The_operators_fields_are_left_out_of_the_agents_part()
    {
        var own = NodeStatus.OwnPart(new FleetNodeStatus
        {
            Phase = FleetNodePhase.NotReady,
            CurrentTask = "a/b",
            CurrentTasks = ["a/b"],
            UsedSlots = 1,
            Conditions = [new V1Condition()],
            UpdateRequest = new NodeUpdateRequest(),
        });

        Assert.Equal(["phase"], NodeStatus.ToJson(own).Select(p => p.Key));
    }
}
