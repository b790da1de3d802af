using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Placing;

public class PlacementChoiceTests
{
    private static readonly Agent Talker = Given.Agent("talker", s => s with { Tools = ["submit_result"] });

    private static AgenticTask Task => Given.Task("t").With(s => s with { AgentRef = new() { Name = "talker" } });

    [Fact]
    public void Work_on_files_runs_on_the_host()
    {
        Assert.Equal(Placement.Node, Decide(Reachable(Given.Node("a")), Given.Task("t")).Placement);
    }

    [Fact]
    public void A_task_without_file_tools_runs_in_the_operator_when_the_server_can_be_reached_from_there()
    {
        var status = Decide(Reachable(Given.Node("a")), Task);

        Assert.Equal((Placement.Operator, "http://10.0.0.7:8080"), (status.Placement, status.Model?.Url));
        Assert.Equal(Placement.Node, Decide(Given.Node("a"), Task).Placement);
    }

    [Fact]
    public void A_branch_is_verified_on_a_host_with_a_sandbox_and_without_a_model()
    {
        var node = Given.Node("a");
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Models = [], ModelServers = [], Sandbox = new() { Mode = SandboxMode.Full } } } };
        var verify = Given.Task("t").With(s => s with { Kind = TaskKind.Verify, Payload = new TaskPayload { Repo = "o/r", Branch = "b" } });

        var status = Decide(node, verify);

        Assert.Equal((Placement.Node, (PromisedModel?)null), (status.Placement, status.Model));
    }

    [Fact]
    public void Work_on_a_repository_waits_for_a_host_with_a_sandbox()
    {
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Repo = "o/r" } });
        var node = Given.Node("a");
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = new() { Mode = SandboxMode.None, Reason = "bubblewrap is not installed" } } } };

        var scheduled = Given.Decide(Given.Cluster([node], task)).Write("t").Scheduled();

        Assert.Equal(Reasons.SandboxUnavailable, scheduled.Reason);
        Assert.Contains("the gate runs in a sandbox only", scheduled.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "Operator")]
    [InlineData("stdio", "Node")]
    public void An_mcp_server_that_is_a_program_runs_on_the_host(string transport, string placement)
    {
        var server = new McpServer { Name = "s", Transport = new(transport), Command = transport == "stdio" ? "server" : null, Url = transport == "http" ? "https://x" : null };
        var agent = Given.Agent("talker", s => s with { Tools = ["submit_result"], Mcp = new() { Enabled = true, Servers = [server] } });
        var node = Reachable(Given.Node("a"));
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = new() { Mode = SandboxMode.Full } } } };

        Assert.Equal(new(placement), Given.Decide(Given.Cluster([node], Task) with { Agents = [agent] }).Write("t").After.Status.Placement!.Value);
    }

    [Theory]
    [Trait("Kind", "15")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://127.0.0.1:9090")]
    public void An_address_that_leads_to_the_operators_own_machine_is_none_that_it_reaches(string url)
    {
        var node = Reachable(Given.Node("a"), url);

        Assert.Equal(Placement.Node, Decide(node, Task).Placement);
        var plan = Given.Decide(Given.Cluster([node], Given.Task("t").With(s => s with { Placement = Placement.Operator })));
        Assert.Equal(Reasons.EndpointNotReachable, plan.Write("t").Scheduled().Reason);
    }

    [Theory]
    [Trait("Kind", "15")]
    [InlineData("http://gateway:8080", true)]
    [InlineData("http://gateway:8080/v1", true)]
    [InlineData("http://gateway:8081", false)]
    public void A_host_gets_a_run_with_the_operators_override_only_if_it_knows_that_server(string told, bool knows)
    {
        var node = Given.Node("a");
        var servers = new ModelServer[] { new() { Url = told, Kind = ModelServerKind.OpenAI, Healthy = false } };
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { ModelServers = servers, Models = [] } } };
        var cluster = Given.Cluster([node], Given.Task("t")) with { Settings = new() { InferenceBaseUrlOverride = "http://gateway:8080" } };

        var write = Given.Decide(cluster).Write("t");

        Assert.Equal(knows, write is AssignTask);
        if (!knows)
        {
            Assert.Equal(Reasons.EndpointNotReachable, write.Scheduled().Reason);
            Assert.Contains("start foreman-agent on a with --model-url http://gateway:8080", write.Scheduled().Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Kind", "15")]
    public void A_stub_host_needs_no_model_server_of_the_operator()
    {
        var node = Given.Node("a");
        node = node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } } };

        Assert.Equal(Placement.Node, Decide(node, Given.Task("t"), settings: new() { InferenceBaseUrlOverride = "http://gateway" }).Placement);
    }

    [Fact]
    public void Asking_for_the_operator_with_a_server_on_loopback_says_what_is_in_the_way()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t").With(s => s with { Placement = Placement.Operator })));

        Assert.Equal(Reasons.EndpointNotReachable, plan.Write("t").Scheduled().Reason);
    }

    [Fact]
    public void The_override_goes_before_the_hosts_own_server_and_the_cloud_proxy_before_both()
    {
        var settings = new SchedulerSettings { InferenceBaseUrlOverride = "http://gateway/v1/" };
        Assert.Equal("http://gateway", Decide(Given.Node("a"), Task, settings: settings).Model?.Url);

        var cloud = Talker with
        {
            Spec = Talker.Spec with { Provider = AgentProvider.CloudProxy, ProviderConfig = new() { BaseURL = "http://proxy", Model = "m" } },
        };
        var model = Decide(Given.Node("a"), Task, cloud, settings).Model;
        Assert.Equal(("http://proxy", "m"), (model?.Url, model?.Name));
    }

    [Fact]
    public void An_inference_service_is_waited_for_and_then_used()
    {
        var agent = Talker with { Spec = Talker.Spec with { InferenceServiceRef = new() { Name = "big" } } };
        var cluster = Given.Cluster([Given.Node("a")], Task) with { Agents = [agent] };
        Assert.Equal(Reasons.EndpointNotReachable, Given.Decide(cluster).Write("t").Scheduled().Reason);

        var served = cluster with
        {
            InferenceServices = new Dictionary<ObjectKey, InferenceEndpoint> { [new("default", "big")] = new("http://big.default/v1", true, "qwen-72b") },
        };
        var model = Given.Decide(served).Write("t").After.Status.Model;
        Assert.Equal(("http://big.default", "qwen-72b"), (model?.Url, model?.Name));
    }

    [Fact]
    public void The_models_window_is_promised_with_the_assignment()
    {
        Assert.Equal(8192, Decide(Given.Node("a", models: Given.Model(context: 8192)), Task).Model?.ContextTokens);
        Assert.Null(Decide(Given.Node("a", models: Given.Model() with { ContextTokens = null }), Task).Model?.ContextTokens);
    }

    [Fact]
    public void How_the_model_calls_tools_is_promised_with_the_assignment()
    {
        var node = Given.Node("a", models: Given.Model() with { ToolCalls = ToolCallForm.Prompted });

        Assert.Equal(ToolCallForm.Prompted, Decide(node, Task).Model?.ToolCalls);
        Assert.Null(Decide(Given.Node("a"), Task).Model?.ToolCalls);
    }

    [Fact]
    public void A_server_that_no_host_has_probed_promises_no_window()
    {
        Assert.Null(Decide(Given.Node("a"), Task, settings: new() { InferenceBaseUrlOverride = "http://gateway" }).Model?.ContextTokens);
    }

    [Fact]
    public void A_server_that_is_told_promises_the_window_that_the_host_has_probed_for_the_model()
    {
        var settings = new SchedulerSettings { InferenceBaseUrlOverride = "http://gateway" };
        var agent = Given.Agent("coder", spec => spec with { Model = "qwen" });
        var task = Given.Task("t").With(spec => spec with { AgentRef = new() { Name = "coder" }, Placement = Placement.Operator });

        Assert.Equal(8192, Decide(Given.Node("a", models: Given.Model(context: 8192)), task, agent, settings).Model?.ContextTokens);
        Assert.Null(Decide(Given.Node("a", models: Given.Model("other")), task, agent, settings).Model?.ContextTokens);
    }

    [Fact]
    public void The_operator_runs_no_commands()
    {
        var node = new NodeView(Reachable(Given.Node("a")), NodeLiveness.Live, null, null);
        var demand = new Demand { Agent = Talker, Capability = new() };

        Assert.Null(OperatorPlacement.Instance.Check(demand, node));
        var violation = OperatorPlacement.Instance.Check(demand with { CommandTools = ["bash"] }, node);
        Assert.Equal("set spec.placement to Node or Auto, or take bash off the tools of Agent \"talker\"", violation?.Fix);
    }

    private static FleetNode Reachable(FleetNode node, string url = "http://10.0.0.7:8080") => node with
    {
        Status = node.Status! with
        {
            Capability = node.Status.Capability! with
            {
                ModelServers = [new() { Url = "http://127.0.0.1:8080", ReachableURL = url, Kind = ModelServerKind.LlamaCpp }],
            },
        },
    };

    private static AgenticTaskStatus Decide(FleetNode node, AgenticTask task, Agent? agent = null, SchedulerSettings? settings = null) =>
        Given.Decide(Given.Cluster([node], task) with { Agents = [agent ?? Talker], Settings = settings ?? new() }).Write("t").After.Status;
}
