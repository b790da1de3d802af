using Foreman.Api;

namespace Foreman.Scheduling.Tests.Matching;

public class ClausesTests
{
    /// <summary>What a task asks or a host is, and the words by which the violation is counted.</summary>
    public static TheoryData<string, string> Violations => new()
    {
        { "namespace", "for other namespaces" },
        { "taskNamespace", "for other namespaces" },
        { "roles", "without the roles" },
        { "labels", "without the labels" },
        { "accelerator", "with another accelerator" },
        { "acceleratorMemory", "with too little accelerator memory" },
        { "ram", "with too little available RAM" },
        { "installed", "without the model" },
        { "served", "without the model" },
        { "context", "with too little context" },
        { "speed", "too slow" },
        { "operator", "with a model server that the operator cannot reach" },
        { "cordon", "cordoned" },
        { "drain", "cordoned" },
        { "draining", "draining" },
        { "notAccepting", "not accepting" },
        { "slots", "with all slots taken" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Every_clause_that_does_not_hold_is_named(string what, string words)
    {
        var (node, task) = Case(what);

        var write = Given.Decide(Given.Cluster([node], task)).Write("t");

        Assert.IsType<ExplainTask>(write);
        Assert.StartsWith($"0 of 1 nodes match: 1 {words}", write.Scheduled().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_without_wishes_matches_any_host_that_serves_a_model()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t")));

        Assert.Equal("a", plan.Write("t").After.Status.AssignedNode);
        Assert.Equal("qwen", plan.Write("t").After.Status.Model?.Name);
        Assert.Equal("http://127.0.0.1:8080", plan.Write("t").After.Status.Model?.Url);
    }

    [Fact]
    public void A_host_without_a_lease_in_our_namespace_belongs_to_somebody_else()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t")) with { Leases = [] });

        Assert.Contains("1 without an agent", plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
        Assert.Empty(plan.Nodes);
    }

    [Fact]
    public void A_stub_agent_needs_no_model()
    {
        var node = Given.Node("a");
        node = node with
        {
            Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } },
            Status = node.Status! with { Capability = new() },
        };

        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t"));
    }

    [Fact]
    public void The_agents_capability_replaces_the_tasks()
    {
        var agent = Given.Agent("coder", s => s with { RequiredCapability = new() { MinRAMGB = 500 } });
        var task = Given.Task("t").With(s => s with { AgentRef = new() { Name = "coder" }, RequiredCapability = new() { MinRAMGB = 1 } });

        var plan = Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [agent] });

        Assert.Contains("lower Agent \"coder\": spec.requiredCapability.minRAMGB to 64", plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "coder", false)]
    [InlineData("", "coder", false)]
    [InlineData("coder", "light", false)]
    [InlineData("light", "coder", true)]
    [InlineData(null, "light", true)]
    public void The_agent_that_the_payload_names_counts_where_no_other_is_named(string? reference, string payload, bool runs)
    {
        Agent[] agents = [Given.Agent("coder", s => s with { RequiredCapability = new() { MinRAMGB = 500 } }), Given.Agent("light")];
        var task = Given.Task("t").With(s => s with { AgentRef = reference is null ? null : new() { Name = reference }, Payload = s.Payload with { Agent = payload } });

        var write = Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = agents }).Write("t");

        Assert.Equal(runs, write is AssignTask);
        if (!runs)
        {
            Assert.Contains("lower Agent \"coder\": spec.requiredCapability.minRAMGB to 64", write.Scheduled().Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Qwen:latest")]
    [InlineData("QWEN")]
    public void Model_names_are_the_same_whatever_their_case_and_default_tag(string name)
    {
        var agent = Given.Agent("coder", s => s with { Model = name });
        var task = Given.Task("t").With(s => s with { AgentRef = new() { Name = "coder" } });

        Assert.Equal("qwen", Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [agent] }).Write("t").After.Status.Model?.Name);
    }

    [Fact]
    public void A_model_named_by_the_path_of_its_file_is_the_file()
    {
        var task = Given.Task("t").With(s => s with { ModelRef = "/models/qwen.gguf" });

        var plan = Given.Decide(Given.Cluster([Given.Node("a", models: Given.Model("qwen.gguf"))], task));

        Assert.Equal("qwen.gguf", plan.Write("t").After.Status.Model?.Name);
    }

    private static (FleetNode Node, AgenticTask Task) Case(string what)
    {
        var node = Given.Node("a");
        var task = Given.Task("t");
        return what switch
        {
            "namespace" => (node with { Spec = node.Spec with { Namespaces = ["other"] } }, task),
            "taskNamespace" => (node with { Status = node.Status! with { TaskNamespaces = ["other"] } }, task),
            "roles" => (node, Asks(task, new() { Roles = ["worker", "verifier"] })),
            "labels" => (node, Asks(task, new() { NodeSelector = new Dictionary<string, string> { ["zone"] = "lab" } })),
            "accelerator" => (node, Asks(task, new() { Accelerator = RequiredAccelerator.Metal })),
            "acceleratorMemory" => (node, Asks(task, new() { MinAcceleratorMemoryGB = 24 })),
            "ram" => (node, Asks(task, new() { MinRAMGB = 65 })),
            "installed" => (node, Asks(task, new() { RequiresModelInstalled = true }).With(s => s with { ModelRef = "llama" })),
            "served" => (node, task.With(s => s with { ModelRef = "llama" })),
            "context" => (node, Asks(task, new() { MinContextTokens = 65536 })),
            "speed" => (node, Asks(task, new() { MinTokensPerSecond = 90 })),
            "operator" => (node, task.With(s => s with { Placement = Placement.Operator })),
            "cordon" => (node with { Spec = node.Spec with { Unschedulable = true } }, task),
            "drain" => (node with { Spec = node.Spec with { Drain = new() { Reason = "update" } } }, task),
            "draining" => (node with { Status = node.Status! with { Phase = FleetNodePhase.Draining } }, task),
            "notAccepting" => (node with { Status = node.Status! with { NotAccepting = [new() { Reason = "DiskPressure", Message = "full" }] } }, task),
            _ => (node with { Status = node.Status! with { Slots = 0 } }, task),
        };
    }

    private static AgenticTask Asks(AgenticTask task, RequiredCapability capability) => task.With(s => s with { RequiredCapability = capability });
}
