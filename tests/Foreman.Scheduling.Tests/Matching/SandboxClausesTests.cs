using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Matching;

public class SandboxClausesTests
{
    /// <summary>What a host says of its sandbox, and whether it gets tasks with commands.</summary>
    public static TheoryData<string, bool?, bool> Hosts => new()
    {
        { "full", null, true },
        { "reduced", null, true },
        { "none", null, false },
        { "none", false, false },
        { "none", true, true },
        { "of-a-later-release", null, false },
    };

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_task_with_commands_goes_to_hosts_that_run_commands(string mode, bool? unconfined, bool matches)
    {
        var node = With(Given.Node("a"), new() { Mode = new(mode), Unconfined = unconfined });

        Assert.Equal(matches, SandboxClauses.RunsCommands(Context(node, "bash")) is null);
        Assert.Null(SandboxClauses.RunsCommands(Context(node)));
    }

    [Fact]
    public void A_host_without_a_sandbox_says_why_and_what_to_do()
    {
        var node = With(Given.Node("a"), new() { Mode = SandboxMode.None, Reason = "bubblewrap is not installed: apt install bubblewrap." });

        var violation = SandboxClauses.RunsCommands(Context(node, "bash"));

        Assert.Equal(
            new ConstraintViolation(
                "without a sandbox",
                "bash runs in a sandbox only, and a has none: bubblewrap is not installed: apt install bubblewrap",
                new Either(new GiveSandbox("a", "put that right on a and start foreman-agent again"), new DropTools("coder", "bash")))
            { Reason = Reasons.SandboxUnavailable },
            violation);
        Assert.Equal("put that right on a and start foreman-agent again, or take bash off the tools of Agent \"coder\"", violation?.Fix);
    }

    [Fact]
    public void An_agent_that_does_not_say_is_to_be_updated()
    {
        var violation = SandboxClauses.RunsCommands(Context(Given.Node("a"), "bash"));

        Assert.Equal(("update foreman-agent on a", Reasons.SandboxUnavailable, false), (violation?.Fix, violation?.Reason, violation?.Temporary));
    }

    [Fact]
    public void A_stub_agent_runs_no_commands_and_is_asked_for_no_sandbox()
    {
        var node = Given.Node("a");
        node = node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } } };

        Assert.Null(SandboxClauses.RunsCommands(Context(node, "bash")));
    }

    [Theory]
    [InlineData("issue-fix", true)]
    [InlineData("verify", true)]
    [InlineData("integrate", true)]
    [InlineData("review", false)]
    [InlineData("reconcile", false)]
    public void Of_tasks_with_a_repository_those_that_run_its_checks_need_a_sandbox(string kind, bool needs)
    {
        var task = Given.Task("t").With(s => s with { Kind = new(kind), Payload = s.Payload with { Repo = "o/r", Branch = "b" } });

        string[] expected = needs ? [Demand.Gate] : [];
        Assert.Equal(expected, DemandReader.Read(task, null, new FixedServers.Answer(null, null)).CommandTools);
    }

    [Fact]
    public void A_task_whose_agent_has_bash_waits_for_a_host_with_a_sandbox_and_says_which_is_nearest()
    {
        var agent = Given.Agent("coder", s => s with { Tools = ["read_file", "bash", "submit_result"] });
        var task = Given.Task("t").With(s => s with { AgentRef = new() { Name = "coder" } });
        var bare = With(Given.Node("a"), new() { Mode = SandboxMode.None, Reason = "bubblewrap is not installed" });
        var cluster = Given.Cluster([bare], task) with { Agents = [agent] };

        var waiting = Given.Decide(cluster).Write("t").Scheduled();
        var placed = Given.Decide(Given.Cluster([bare, With(Given.Node("b"), new() { Mode = SandboxMode.Reduced })], task) with { Agents = [agent] }).Write("t");

        Assert.Equal((Conditions.False, Reasons.SandboxUnavailable), (waiting.Status, waiting.Reason));
        Assert.StartsWith("0 of 1 nodes match: 1 without a sandbox. Nearest is a: bash runs in a sandbox only", waiting.Message, StringComparison.Ordinal);
        Assert.Equal("b", placed.After.Status.AssignedNode);
    }

    [Theory]
    [InlineData("stdio", null, false)]
    [InlineData("stdio", true, false)]
    [InlineData("stdio", false, true)]
    [InlineData("http", null, true)]
    public void A_task_whose_agent_has_an_mcp_server_that_is_a_program_goes_to_hosts_with_a_sandbox(string transport, bool? allowed, bool matches)
    {
        var server = new McpServer { Name = "files", Transport = new(transport), Command = transport == "stdio" ? "server" : null, Url = transport == "http" ? "https://x" : null };
        var agent = Given.Agent("coder", s => s with { Tools = ["submit_result"], Mcp = new() { Enabled = true, Servers = [server] } });
        var task = Given.Task("t").With(s => s with { AgentRef = new() { Name = "coder" }, McpEnabled = allowed });
        var bare = With(Given.Node("a"), new() { Mode = SandboxMode.None });

        var write = Given.Decide(Given.Cluster([bare], task) with { Agents = [agent] }).Write("t");

        Assert.Equal(matches, write is AssignTask);
        if (!matches)
        {
            Assert.Equal(Reasons.SandboxUnavailable, write.Scheduled().Reason);
            Assert.Contains("MCP server files runs in a sandbox only", write.Scheduled().Message, StringComparison.Ordinal);
        }
    }

    /// <summary>What a host says of its sandbox, the tools that run commands, whether hosts are listed, and whether the host gets the task.</summary>
    public static TheoryData<string, bool?, string?, bool, bool> Listed => new()
    {
        { "full", null, "bash", true, true },
        { "reduced", null, "bash", true, false },
        { "reduced", null, Demand.Gate, true, false },
        { "reduced", null, "MCP server files", true, true },
        { "reduced", null, null, true, true },
        { "reduced", null, "bash", false, true },
        { "none", true, "bash", true, true },
    };

    [Theory]
    [MemberData(nameof(Listed))]
    public void Commands_that_are_to_reach_hosts_go_where_there_is_a_network_for_them(string mode, bool? unconfined, string? tool, bool lists, bool matches)
    {
        var agent = Given.Agent("coder", s => s with { Egress = lists ? ["pypi.org"] : null });
        var context = Context(With(Given.Node("a"), new() { Mode = new(mode), Unconfined = unconfined }), tool is null ? [] : [tool]);

        var violation = SandboxClauses.ReachesHosts(new MatchContext(context.Demand with { Agent = agent }, context.Node, PlacementRegistry.Default));

        Assert.Equal(matches, violation is null);
        if (!matches)
        {
            Assert.Equal((Reasons.SandboxUnavailable, false), (violation!.Reason, violation.Temporary));
            Assert.Equal($"Agent \"coder\" lists hosts in spec.egress, and in the reduced sandbox of a {tool} has no network", violation.Detail);
        }
    }

    [Fact]
    public void A_task_without_an_agent_runs_no_commands() =>
        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([With(Given.Node("a"), new() { Mode = SandboxMode.None })], Given.Task("t"))).Write("t"));

    private static FleetNode With(FleetNode node, NodeSandbox sandbox) =>
        node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = sandbox } } };

    private static MatchContext Context(FleetNode node, params string[] commands) => new(
        new Demand { Agent = Given.Agent("coder"), Capability = new(), CommandTools = commands },
        new NodeView(node, NodeLiveness.Live, null, null),
        PlacementRegistry.Default);
}
